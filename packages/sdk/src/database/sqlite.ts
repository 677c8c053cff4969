import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type Engine, integerOf, type Row } from './engine.ts'
import { DatabaseError } from './fault.ts'
import type { Pieces } from './fragment.ts'
import type { Value } from './values.ts'

/** Milliseconds that a statement waits for another process that writes. All calls wait with it. */
const busyMs = 1000

const settings = {
  timeout: busyMs,
  enableForeignKeyConstraints: true,
  enableDoubleQuotedStringLiterals: false,
  allowExtension: false,
}

function bound(value: Value): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Date ? value.toISOString() : value
}

const rowOf = (row: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? integerOf(value) : value]),
  )

function failure(error: unknown): unknown {
  return error instanceof Error && 'errcode' in error ? new DatabaseError(error.message, String(error.errcode)) : error
}

function rowsOf(database: DatabaseSync, { texts, values }: Pieces): Row[] {
  const text = texts.join('?')
  const statement = database.prepare(text)
  // SQLite would leave out whatever stands after the first.
  if (statement.sourceSQL.trim() !== text.trim()) throw new TypeError('one statement at a time')
  statement.setReadBigInts(true)
  return statement.all(...values.map(bound)).map(rowOf)
}

/** Others on the machine have no business in the file, which SQLite would let them read. */
function makePrivate(path: string): void {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
}

/** Does one thing after the other: there is one connection, and a transaction has it to itself. */
function inTurn() {
  let last: Promise<unknown> = Promise.resolve()
  return <Made>(work: () => Made | Promise<Made>): Promise<Made> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}

/** A database in a file, or `:memory:`. Statements run in the calling thread. */
export function sqlite(path: string): Engine {
  if (path === '') throw new TypeError('database: sqlite: needs a path, such as sqlite:app.db')
  makePrivate(path)
  const database = new DatabaseSync(path, settings)
  database.exec('pragma journal_mode = wal; pragma trusted_schema = off')
  const turn = inTurn()
  const run = (pieces: Pieces) => {
    try {
      return rowsOf(database, pieces)
    } catch (error) {
      throw failure(error)
    }
  }
  return {
    run: pieces => turn(() => run(pieces)),
    transaction: work =>
      turn(async () => {
        run({ texts: ['begin immediate'], values: [] })
        try {
          const made = await work({ run: async pieces => run(pieces) })
          run({ texts: ['commit'], values: [] })
          return made
        } finally {
          if (database.isTransaction) database.exec('rollback')
        }
      }),
    close: () => turn(() => database.close()),
  }
}
