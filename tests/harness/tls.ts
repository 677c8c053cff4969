import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { certificateFor } from './certificate.ts'

/** The files of a certificate for this machine, as a gateway's `https` names them. */
export async function certificateFiles() {
  const { cert, key } = await certificateFor('DNS:localhost', 'IP:127.0.0.1')
  return { 'cert.pem': cert, 'key.pem': key } as const
}

/** Members of `gateway` for a listener with that certificate. */
export const tlsListener = 'https: { port: 0, host: 127.0.0.1, cert: ./cert.pem, key: ./key.pem }'

export interface TlsAnswer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One call over TLS to a listener with such a certificate. */
export async function overTls(
  url: string,
  path: string,
  files: Awaited<ReturnType<typeof certificateFiles>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TlsAnswer> {
  const call = request(url + path, { ca: files['cert.pem'], agent: false, headers })
  call.end()
  const [response] = await once(call, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}
