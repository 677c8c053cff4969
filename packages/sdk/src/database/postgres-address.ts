import { isIPv4 } from 'node:net'

/** Where a PostgreSQL is, and as whom it is used. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly isEncrypted: boolean
}

const usualPort = 5432

const encryptedBy: ReadonlyMap<string, boolean> = new Map([
  ['disable', false],
  ['require', true],
  ['verify-full', true],
])

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

/** Says nothing of what was written: a password stands in it. */
const unreadable = () => new TypeError('database: needs an address such as postgres://user:password@host:5432/name')

function urlOf(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw unreadable()
  }
}

function encryptionIn({ searchParams }: URL, host: string): boolean {
  const { sslmode, ...more } = Object.fromEntries(searchParams)
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) throw new TypeError(`database: knows no parameter ${unknown}, only sslmode`)
  if (sslmode === undefined) return !isLoopback(host)
  const isEncrypted = encryptedBy.get(sslmode)
  if (isEncrypted === undefined)
    throw new TypeError(`database: sslmode is one of ${[...encryptedBy.keys()].join(', ')}`)
  return isEncrypted
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw unreadable()
  }
}

/** Reads `postgres://user:password@host:port/name`. Beyond this machine it is TLS with a verified name, unless `sslmode=disable` says otherwise. */
export function postgresAddress(text: string): PostgresAddress {
  const url = urlOf(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded)
  if (!host || !user || !database || password === undefined || url.hash !== '') throw unreadable()
  const port = url.port === '' ? usualPort : Number(url.port)
  return { host, port, user, password, database, isEncrypted: encryptionIn(url, host) }
}
