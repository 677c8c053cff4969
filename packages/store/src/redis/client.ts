import { isIP } from 'node:net'
import { needsPackage } from '@sallyport/core'
import type { RedisAddress } from './address.ts'

/** What is used of a client. One client makes one connection, and none after it. */
export interface Client {
  connect(): Promise<unknown>
  sendCommand(args: string[]): Promise<unknown>
  /** Ends at once; what waits is rejected. */
  destroy(): void
  /** Whether its socket keeps the process going. */
  ref(): void
  unref(): void
  on(event: 'error', listener: (error: unknown) => void): unknown
}

/** Makes clients that aren't connected yet. */
export interface Clients {
  make(): Client
  /** The word that an error reply begins with; undefined where the error is none. */
  codeOf(error: unknown): string | undefined
}

export interface ClientSettings {
  readonly address: RedisAddress
  /** PEM: who vouches for the server's certificate, in place of the usual authorities. */
  readonly ca: string | undefined
  readonly connectMs: number
}

function socketOf({ address: { host, port, encrypted }, ca, connectMs }: ClientSettings) {
  const plain = { host, port, connectTimeout: connectMs, reconnectStrategy: false } as const
  if (!encrypted) return plain
  const servername = isIP(host) === 0 ? { servername: host } : {}
  return { ...plain, ...servername, tls: true, minVersion: 'TLSv1.2', rejectUnauthorized: true, ca } as const
}

/** A code is a word of capitals; what comes after it may repeat what was sent, a password too, and is left alone. */
const codePattern = /^-?([A-Z]{2,24})\b/

/**
 * Loaded where it is needed only. Of the two clients that are kept up, @redis/client is the one without dependencies, by Redis' own
 * people. Its reconnecting, deadlines and notifications are off: RedisConnection does with less.
 */
export async function redisClients(settings: ClientSettings): Promise<Clients> {
  const { createClient, ErrorReply } = await import('@redis/client').catch(needsPackage('redis', '@redis/client'))
  const { username, password, database } = settings.address
  return {
    make: () =>
      createClient({
        RESP: 2,
        socket: socketOf(settings),
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: password.reveal() }),
        database,
        maintNotifications: 'disabled',
        // Left out it is five seconds, and a timer for every command.
        commandOptions: { timeout: 0 },
      }),
    codeOf: error => (error instanceof ErrorReply ? (codePattern.exec(error.message)?.[1] ?? 'ERR') : undefined),
  }
}
