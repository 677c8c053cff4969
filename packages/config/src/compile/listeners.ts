import type { Configuration } from '../schema/configuration.ts'
import type { Compilation } from './compilation.ts'
import { isKeyPair } from './key-pair.ts'

/** Where the gateway listens. */
export interface Listeners {
  readonly http: { readonly host: string; readonly port: number } | undefined
  readonly https:
    | { readonly host: string; readonly port: number; readonly cert: string; readonly key: string }
    | undefined
  /** How callers on this machine reach it, where the configuration does not say. */
  readonly url: string
}

const usual = { host: '127.0.0.1', port: 8080 }

async function compileTls(
  written: NonNullable<Configuration['gateway']['https']>,
  work: Compilation,
): Promise<Listeners['https']> {
  const path = ['gateway', 'https']
  const cert = await work.read([...path, 'cert'], written.cert)
  const key = await work.read([...path, 'key'], written.key)
  if (cert === undefined || key === undefined) return undefined
  if (!isKeyPair(cert.text, key.text)) work.mistake(path, 'cert and key are not a PEM certificate and its private key')
  return { host: written.host, port: written.port, cert: cert.text, key: key.text }
}

/** Plain HTTP on this machine alone, unless something else is written; none at all only where others ask at doors of their own. */
export async function compileListeners(written: Configuration['gateway'], work: Compilation): Promise<Listeners> {
  const https = written.https === undefined ? undefined : await compileTls(written.https, work)
  const http = written.http ?? (written.https === undefined && written.http !== null ? usual : undefined)
  const isAsked = Object.values(written.decisions).some(door => door !== undefined)
  if (http === undefined && written.https === undefined && !isAsked)
    work.mistake(['gateway', 'http'], 'nobody could call: off goes with https, or with a door of decisions')
  const url = https === undefined ? `http://127.0.0.1:${http?.port ?? usual.port}` : `https://localhost:${https.port}`
  return { http, https, url }
}
