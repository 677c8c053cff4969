import type { SessionEntry, SessionStore } from '@sallyport/core'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { DatabaseError } from '../database/fault.ts'

const claims = z.record(z.string(), z.json())
const words = z.array(z.string())

/** What of a session no statement asks for. */
const carried = z.strictObject({ scopes: words, roles: words, claims })

const row = z
  .object({ hash: z.string(), holder: z.string(), carried: z.string(), begun: z.int(), seen: z.int() })
  .transform(
    ({ holder, carried: text, ...times }): SessionEntry => ({
      ...times,
      user: holder,
      ...carried.parse(JSON.parse(text)),
    }),
  )

const textOf = ({ scopes, roles, claims: of }: SessionEntry) => JSON.stringify({ scopes, roles, claims: of })

async function makeTable({ sql }: Database): Promise<void> {
  await sql`create table if not exists sallyport_sessions (
    hash text primary key, holder text not null, carried text not null, begun bigint not null, seen bigint not null
  )`
  await sql`create index if not exists sallyport_sessions_holder on sallyport_sessions (holder)`
  await sql`create index if not exists sallyport_sessions_seen on sallyport_sessions (seen)`
}

/** How often what others make at the same time may come in between. */
const attempts = 5

/** Of processes that make the table at once PostgreSQL tells some that a part of it is there. */
async function makeTableOnce(database: Database, left = attempts): Promise<void> {
  try {
    await makeTable(database)
  } catch (error) {
    if (left === 0 || !(error instanceof DatabaseError) || error.fault !== 'unique') throw error
    await makeTableOnce(database, left - 1)
  }
}

/** Sessions in a table of a database, `sallyport_sessions`, which is made where there is none: all processes with it share them. */
export async function sessionTable(database: Database): Promise<SessionStore> {
  await makeTableOnce(database)
  const { sql, rows } = database
  return {
    async add(entry) {
      const { hash, user, begun, seen } = entry
      await sql`insert into sallyport_sessions (hash, holder, carried, begun, seen)
        values (${hash}, ${user}, ${textOf(entry)}, ${begun}, ${seen})`
    },
    async find(hash) {
      const [found] = await rows(
        row,
      )`select hash, holder, carried, begun, seen from sallyport_sessions where hash = ${hash}`
      return found
    },
    async touch(hash, seen) {
      await sql`update sallyport_sessions set seen = ${seen} where hash = ${hash} and seen < ${seen}`
    },
    async replace(hash, by) {
      const { user, begun, seen } = by
      const replaced = await sql`update sallyport_sessions
        set hash = ${by.hash}, holder = ${user}, carried = ${textOf(by)}, begun = ${begun}, seen = ${seen}
        where hash = ${hash} returning hash`
      return replaced.length > 0
    },
    async remove(hash) {
      await sql`delete from sallyport_sessions where hash = ${hash}`
    },
    async removeAllOf(user) {
      return (await sql`delete from sallyport_sessions where holder = ${user} returning hash`).length
    },
    async sweep({ begun, seen }) {
      await sql`delete from sallyport_sessions where begun <= ${begun} or seen <= ${seen}`
    },
  }
}
