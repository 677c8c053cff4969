import { runExample } from '../run-example.ts'
import { makeCredentials } from './credentials.ts'
import { linesToTry } from './lines.ts'

await runExample({
  here: import.meta.dirname,
  name: 'the hospital',
  command: 'npm run hospital',
  api: async () => (await import('./api.ts')).hospitalApi,
  port: 9001,
  prepare: folder => makeCredentials(folder, Date.now()),
  elsewhere: to => ({
    issuers: { hospital: { keys: { file: './jwks.json' } } },
    apis: { hospital: { forward: { to } } },
  }),
  lines: linesToTry,
})
