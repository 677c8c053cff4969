import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ForwardRule } from '@sallyport/core'
import { readBytes } from '@sallyport/http1'

/** Where the bytes of every connection are read to, one read at a time: what is kept of them is copied. */
const input = Buffer.allocUnsafeSlow(readBytes)

/**
 * Opens a connection that tells `received` of what it read: so many bytes of `input`. An answer of false has it read no more
 * for now.
 */
export type Connect = (received: (input: Buffer, bytes: number) => boolean) => {
  readonly socket: Socket
  /** The event that says that requests may be written. */
  readonly ready: 'connect' | 'secureConnect'
}

const always = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const

/** Connects as the rule says. Certificates are checked whatever the environment says; TLS sessions are taken up again. */
export function connectorTo({ origin, ca }: Pick<ForwardRule, 'origin' | 'ca'>): Connect {
  const { protocol, hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  let session: Buffer | undefined
  return received => {
    const onread: OnReadOpts = { buffer: input, callback: bytes => received(input, bytes) }
    if (protocol === 'http:') {
      return { socket: connectPlain({ ...always, host, port: Number(port || 80), onread }), ready: 'connect' }
    }
    const socket = connectTls({
      ...always,
      ...{ host, port: Number(port || 443), onread },
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(session !== undefined && { session }),
      ...{ rejectUnauthorized: true, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] },
    })
    socket.on('session', made => {
      session = made
    })
    return { socket, ready: 'secureConnect' }
  }
}
