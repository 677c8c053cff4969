/** Why a statement failed: a value that must be unique is there, what it refers to isn't, it or its transaction took too long, or else. */
export type DatabaseFault = 'unique' | 'reference' | 'timeout' | 'other'

/** A transaction that took longer than it may, as PostgreSQL calls it: `transaction_timeout`. */
export const tookTooLong = '25P04'

/** What is known of codes: SQLSTATE (PostgreSQL, appendix A) and SQLite's extended result codes. */
const faults: ReadonlyMap<string, DatabaseFault> = new Map([
  ['23505', 'unique'],
  ['1555', 'unique'],
  ['2067', 'unique'],
  ['23503', 'reference'],
  ['787', 'reference'],
  ['57014', 'timeout'],
  ['55P03', 'timeout'],
  [tookTooLong, 'timeout'],
  ['25P03', 'timeout'],
  ['5', 'timeout'],
])

/** A statement that a database refused, or a transaction that took too long. It holds no value of the statement. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly fault: DatabaseFault
  /** SQLSTATE, or SQLite's extended result code; empty where the database gave none. */
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
    this.fault = faults.get(code) ?? 'other'
  }
}
