import { isLoopback, Secret } from '@sallyport/core'

/** Where a Redis is, and as whom it is spoken to. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly encrypted: boolean
  /** Number of the database. */
  readonly database: number
  readonly username: string | undefined
  readonly password: Secret | undefined
}

const usualPort = 6379
const schemes: Readonly<Record<string, boolean>> = { 'redis:': false, 'rediss:': true }

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Reads `redis://user:password@host:6379/0`, or `rediss://` for TLS, where a part that is left out has its usual value
 * (https://www.iana.org/assignments/uri-schemes/prov/redis). Undefined where it is no such URL: why isn't told, for it may hold a password.
 */
export function readRedisUrl(text: string): RedisAddress | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port, pathname, search, hash, ...url } = partsOf(new URL(text))
  const database = /^\/?(\d{0,5})$/.exec(pathname)?.[1]
  const [username, password] = [decoded(url.username), decoded(url.password)]
  if (!Object.hasOwn(schemes, protocol) || hostname === '' || database === undefined || search + hash !== '')
    return undefined
  if (username === undefined || password === undefined) return undefined
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? usualPort : Number(port),
    encrypted: schemes[protocol] === true,
    database: Number(database),
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : new Secret(password),
  }
}

/** A URL's members, which are no properties of its own. */
const partsOf = ({ protocol, hostname, port, pathname, search, hash, username, password }: URL) => ({
  ...{ protocol, hostname, port, pathname, search, hash, username, password },
})

/** Whether counts, and a password, would cross a network as they are. */
export const isExposed = ({ host, encrypted }: RedisAddress): boolean => !encrypted && !isLoopback(host)
