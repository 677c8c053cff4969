import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Database, database, sessionTable } from '@sallyport/sdk/database'
import { sessionConformance } from '@sallyport/store/conformance'
import { folderWith } from '../harness/command.ts'
import { startPostgres, withoutPostgres } from '../harness/postgres.ts'

const folder = await folderWith({ after })
const inFile = await database(`sqlite:${join(folder, 'app.db')}`)
const address = withoutPostgres ? undefined : await startPostgres({ after }, 'a-password')
const inPostgres = address === undefined ? undefined : await database(address)
after(async () => {
  await inFile.close()
  await inPostgres?.close()
})

async function emptied(database: Database) {
  await database.sql`drop table if exists sallyport_sessions`
  return sessionTable(database)
}

sessionConformance('SQLite', () => emptied(inFile))
describe('PostgreSQL', { skip: withoutPostgres }, () => {
  if (inPostgres !== undefined) sessionConformance('PostgreSQL', () => emptied(inPostgres))
})

test('processes that make the table at once all find it made', { skip: withoutPostgres }, async () => {
  if (inPostgres === undefined) return
  await inPostgres.sql`drop table if exists sallyport_sessions`
  const stores = await Promise.all(Array.from({ length: 8 }, () => sessionTable(inPostgres)))
  const [one, other] = stores
  await one?.add({ hash: 'a', user: 'ann', scopes: [], roles: [], claims: {}, begun: 1, seen: 1 })
  assert.equal((await other?.find('a'))?.user, 'ann')
})
