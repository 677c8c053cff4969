import { runExample } from '../run-example.ts'
import { makeCredentials } from './credentials.ts'
import { linesToTry } from './lines.ts'

await runExample({
  here: import.meta.dirname,
  name: 'the warehouse API',
  command: 'npm start',
  api: async () => (await import('./api.ts')).warehouseApi,
  port: 9001,
  prepare: folder => makeCredentials(folder, Date.now()),
  elsewhere: to => ({
    issuers: { staff: { keys: { file: './jwks.json' } } },
    apis: { warehouse: { forward: { to } } },
  }),
  lines: linesToTry,
})
