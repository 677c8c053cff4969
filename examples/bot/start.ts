import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runExample } from '../run-example.ts'
import { gitHub, realToken } from './api.ts'
import { linesToTry } from './lines.ts'

await runExample({
  here: import.meta.dirname,
  name: 'a stand-in for GitHub',
  command: 'npm run bot',
  api: async () => gitHub,
  port: 9002,
  prepare: folder => writeFile(join(folder, 'github-token'), realToken, { mode: 0o600 }),
  elsewhere: to => ({ apis: { github: { forward: { to } } } }),
  lines: linesToTry,
})
