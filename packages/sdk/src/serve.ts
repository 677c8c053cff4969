import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isOwnAddress } from '@sallyport/stages'
import { z } from 'zod'
import type { App } from './app.ts'
import { declared } from './declared.ts'

export interface ServeOptions {
  /** 0 takes a free one; 8000 unless given. */
  readonly port?: number
  /** 127.0.0.1 unless given: reaching it from elsewhere is written out. */
  readonly host?: string
  /** Certificate chain and key in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export interface Serving {
  readonly url: string
  /** Takes no more calls and waits until those under way are answered; after `graceMs` it cuts them. */
  close(graceMs?: number): Promise<void>
}

const usual = { port: 8000, host: '127.0.0.1', graceMs: 10_000 }

const pem = z.string().min(1)
const known = z.strictObject({
  port: z.int().min(0).max(65_535).optional(),
  host: z
    .string()
    .regex(/^[\w.:%-]+$/, 'needs an address or a name')
    .optional(),
  tls: z.strictObject({ cert: pem, key: pem }).optional(),
} satisfies Record<keyof ServeOptions, z.ZodType>)

function readPem<Read>(option: string, read: () => Read): Read {
  try {
    return read()
  } catch {
    throw new TypeError(`serve.tls.${option}: can't be read as PEM`)
  }
}

/** Node takes a certificate without its key, and can then shake no hands. */
function requireKeyOf({ cert, key }: NonNullable<ServeOptions['tls']>): void {
  const certificate = readPem('cert', () => new X509Certificate(cert))
  if (!certificate.checkPrivateKey(readPem('key', () => createPrivateKey(key))))
    throw new TypeError('serve.tls.key: is not the key of tls.cert')
}

/** Serves an application over HTTP/1.1, at the same door as the gateway's. Rejects where the port can't be had, with TypeError where an option can't be meant. */
export async function serve(app: App, options: ServeOptions = {}): Promise<Serving> {
  declared('serve', known, options)
  const { port = usual.port, host = usual.host, tls } = options
  if (app.isForDevelopment && !isOwnAddress(host))
    throw new TypeError('host: an application that shows its calls for development listens on this machine alone')
  if (tls !== undefined) requireKeyOf(tls)
  // Loaded here, for applications that are served by others have no use for it.
  const { openListener } = await import('@sallyport/http1')
  const listener = await openListener({ port, host, tls }, { handle: app.judge, unreadable: app.unreadable })
  return {
    url: listener.url,
    async close(graceMs = usual.graceMs) {
      await listener.close(graceMs)
      await app.flush()
    },
  }
}
