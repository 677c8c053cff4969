import { AsyncLocalStorage } from 'node:async_hooks'
import { needsPackage, readDuration, Secret } from '@sallyport/core'
import { fitted, type Output, type Schema } from '../schema.ts'
import type { Connection, Engine, Row } from './engine.ts'
import { DatabaseError, tookTooLong } from './fault.ts'
import { type Part, piecesOf } from './fragment.ts'

/** A template whose gaps are bound values; a text that was put together is none, and does not compile. */
type Statement<Rows> = (strings: TemplateStringsArray, ...parts: readonly Part[]) => Promise<Rows>

/** What statements can be given to. They reject with DatabaseError. */
export interface Statements {
  /** Runs one statement and gives its rows: sql`select name from users where id = ${id}`. Their type is taken on trust. */
  sql<R extends object = Row>(strings: TemplateStringsArray, ...parts: readonly Part[]): Promise<R[]>
  /** The same with rows that a schema reads, each: rows(user)`select …`. Rejects with TypeError where one doesn't fit. */
  rows<S extends Schema>(schema: S): Statement<Output<S>[]>
}

export interface Database extends Statements {
  /**
   * Keeps all that the statements of `within` did or, where one of them fails, the work throws or takes too long, nothing. Until it ends
   * only `within` may be used there, and then no longer. Rejects with a DatabaseError `timeout` where it took too long.
   */
  transaction<Made>(work: (within: Statements) => Promise<Made>, options?: TransactionOptions): Promise<Made>
  close(): Promise<void>
}

export interface TransactionOptions {
  /** How long the work may take once it has begun, such as `500ms` or `1m`; `10s` unless given. */
  readonly longest?: string
}

async function typed<S extends Schema>(schema: S, rows: readonly Row[]): Promise<Output<S>[]> {
  const read: Output<S>[] = []
  for (const row of rows) {
    const made = await fitted(schema, row)
    // Where a fault is may be told; what stands there not.
    if ('faults' in made) throw new TypeError(`a row does not fit: ${Object.keys(made.faults).join(', ')}`)
    read.push(made.value)
  }
  return read
}

const statementsOn = ({ run }: Connection): Statements => ({
  async sql<R extends object>(strings: TemplateStringsArray, ...parts: readonly Part[]) {
    // The author's word: nothing but a schema can prove it.
    return (await run(piecesOf(strings, parts))) as object[] as R[]
  },
  rows:
    schema =>
    async (strings, ...parts) =>
      typed(schema, await run(piecesOf(strings, parts))),
})

/** How far a transaction has come. */
interface Progress {
  hasEnded: boolean
  failed: boolean
}

function watched({ run }: Connection, progress: Progress): Connection {
  return {
    async run(pieces) {
      if (progress.hasEnded) throw new TypeError('this transaction has ended')
      try {
        return await run(pieces)
      } catch (error) {
        progress.failed = true
        throw error
      }
    },
  }
}

/** Milliseconds that a timer can wait (HTML, timers: a signed 32-bit integer). */
const timerMax = 2 ** 31 - 1

function longestOf({ longest = '10s' }: TransactionOptions): number {
  const ms = readDuration(longest)
  if (ms === undefined || ms === 0 || ms > timerMax)
    throw new TypeError('transaction: longest: needs a duration such as 500ms or 10s, 24d at the most')
  return ms
}

/** What work makes within so many milliseconds; then it has ended, whatever it still does. */
async function inTime<Made>(work: () => Promise<Made>, ms: number): Promise<Made> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new DatabaseError('the transaction took too long', tookTooLong)), ms)
  try {
    return await Promise.race([work(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function databaseOn(engine: Engine): Database {
  const current = new AsyncLocalStorage<Progress>()
  const requireNoTransaction = () => {
    if (current.getStore()?.hasEnded === false)
      throw new TypeError('in a transaction statements are given to what it was called with')
  }
  return {
    ...statementsOn({
      async run(pieces) {
        requireNoTransaction()
        return engine.run(pieces)
      },
    }),
    async transaction(work, options = {}) {
      requireNoTransaction()
      const longest = longestOf(options)
      const progress: Progress = { hasEnded: false, failed: false }
      return engine.transaction(async connection => {
        try {
          const within = statementsOn(watched(connection, progress))
          const made = await inTime(() => current.run(progress, () => work(within)), longest)
          if (progress.failed) throw new TypeError('a statement of this transaction failed: nothing of it is kept')
          return made
        } finally {
          progress.hasEnded = true
        }
      })
    },
    close: () => engine.close(),
  }
}

export interface DatabaseOptions {
  /** Who vouches for a PostgreSQL, in PEM; those that Node trusts unless given. */
  readonly ca?: string
}

type Opener = (address: string, options: DatabaseOptions) => Promise<Engine>

const toPostgres: Opener = async (address, { ca }) => {
  const { postgres } = await import('./postgres.ts').catch(needsPackage('postgres', 'pg'))
  return postgres(address, ca)
}

/** What opens an address, by its scheme: each is loaded only where it is used. */
const openers: ReadonlyMap<string, Opener> = new Map([
  ['sqlite', async (address: string) => (await import('./sqlite.ts')).sqlite(address.slice('sqlite:'.length))],
  ['postgres', toPostgres],
  ['postgresql', toPostgres],
])

/**
 * Opens `sqlite:app.db`, `sqlite::memory:` or `postgres://user:password@host:5432/name`. Rejects with TypeError for an address that it can't
 * read, without repeating it, and where the database can't be reached.
 */
export async function database(address: Secret | string, options: DatabaseOptions = {}): Promise<Database> {
  const text = address instanceof Secret ? address.reveal() : address
  const [scheme = ''] = text.split(':', 1)
  const open = openers.get(scheme)
  if (open === undefined) throw new TypeError(`database: needs an address with ${[...openers.keys()].join(', ')}`)
  return databaseOn(await open(text, options))
}
