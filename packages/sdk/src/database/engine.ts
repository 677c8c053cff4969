import type { Pieces } from './fragment.ts'

/** A row as the database gave it, by column. */
export type Row = Readonly<Record<string, unknown>>

/** Where statements run, one after the other. */
export interface Connection {
  /** Throws DatabaseError. */
  run(pieces: Pieces): Promise<Row[]>
}

/** One database. */
export interface Engine extends Connection {
  /** Keeps all that `work` did or, where it throws, nothing. */
  transaction<Made>(work: (connection: Connection) => Promise<Made>): Promise<Made>
  close(): Promise<void>
}

/** What PostgreSQL and SQLite give of an integer: a number where it can be one exactly. */
export function integerOf(integer: bigint): number | bigint {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}
