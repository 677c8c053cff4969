import { holdsCertificates } from '@sallyport/tokens'
import { type ClientBase, Pool, type PoolConfig, type QueryConfig, DatabaseError as Refused, types } from 'pg'
import { type Engine, integerOf, type Row } from './engine.ts'
import { DatabaseError } from './fault.ts'
import type { Pieces } from './fragment.ts'
import { postgresAddress } from './postgres-address.ts'
import type { Value } from './values.ts'

/** In milliseconds, but for `max`: so many connections are held. */
const limits = {
  max: 10,
  connectionTimeoutMillis: 5_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 10_000,
  query_timeout: 15_000,
  idle_in_transaction_session_timeout: 30_000,
} satisfies PoolConfig

/** The type of an integer of eight bytes (PostgreSQL, pg_type). */
const int8 = 20

const readers: PoolConfig['types'] = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? (text: string) => integerOf(BigInt(text)) : types.getTypeParser(oid, format),
}

function bound(value: Value): unknown {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? value.toString() : value
}

/** Class 22 of SQLSTATE says which value it was, in the message; the detail of others does. */
function failure(error: unknown): unknown {
  if (!(error instanceof Refused)) return error
  const { code = '', message } = error
  return new DatabaseError(code.startsWith('22') ? `a value does not fit (SQLSTATE ${code})` : message, code)
}

/** Extended: the simple protocol, which pg takes where there are no values, would run several statements. */
type Extended = QueryConfig<unknown[]> & { readonly queryMode: 'extended' }

async function run(where: Pick<ClientBase, 'query'>, { texts, values }: Pieces): Promise<Row[]> {
  const text = texts.reduce((before, after, i) => `${before}$${i}${after}`)
  const query: Extended = { text, values: values.map(bound), queryMode: 'extended' }
  try {
    const { rows } = await where.query<Record<string, unknown>, unknown[]>(query)
    return rows
  } catch (error) {
    throw failure(error)
  }
}

/** A PostgreSQL through a pool of connections. Rejects where it can't be reached or doesn't know the password. */
export async function postgres(address: string, ca: string | undefined): Promise<Engine> {
  const { isEncrypted, ...place } = postgresAddress(address)
  if (ca !== undefined && !holdsCertificates(ca)) throw new TypeError('ca needs certificates in PEM, one at least')
  const ssl = isEncrypted && { rejectUnauthorized: true, ...(ca !== undefined && { ca }) }
  const pool = new Pool({ ...limits, ...place, ssl, types: readers, application_name: 'sallyport' })
  // An idle connection that ends is replaced by the pool; unheard it would end the process.
  const unheard = () => undefined
  pool.on('error', unheard)
  try {
    await run(pool, { texts: ['select 1'], values: [] })
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    run: pieces => run(pool, pieces),
    async transaction(work) {
      const client = await pool.connect()
      client.on('error', unheard)
      let isSound = true
      try {
        await client.query('begin')
        const made = await work({ run: pieces => run(client, pieces) })
        await client.query('commit')
        return made
      } catch (error) {
        const undone = client.query('rollback')
        isSound = await undone.then(
          () => true,
          () => false,
        )
        throw failure(error)
      } finally {
        client.off('error', unheard)
        client.release(!isSound)
      }
    },
    close: () => pool.end(),
  }
}
