import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, listener } from '@sallyport/sdk'
import { runExample } from '../run-example.ts'
import { warehouse } from './api.ts'
import { makeCredentials } from './credentials.ts'
import { linesToTry } from './lines.ts'

await runExample({
  here: import.meta.dirname,
  name: 'the warehouse API',
  command: 'npm start',
  api: async where => listener(await app({ operations: warehouse(where) })),
  port: 9001,
  async prepare(folder, where) {
    const { openapi } = await app({ operations: warehouse(where), title: 'Warehouse', version: '1.0.0' })
    await makeCredentials(folder, Date.now())
    await writeFile(join(folder, 'warehouse.openapi.json'), JSON.stringify(openapi))
  },
  elsewhere: to => ({
    issuers: { staff: { keys: { file: './jwks.json' } } },
    apis: { warehouse: { openapi: './warehouse.openapi.json', forward: { to } } },
  }),
  lines: linesToTry,
})
