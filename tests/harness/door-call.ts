import { type IncomingHttpHeaders, request as plainRequest, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Asked {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request as another gateway sends it, by a connection of its own. A URL `unix:…` leads to a socket. */
export function ask(
  door: string,
  options: RequestOptions & { readonly ca?: string; readonly cert?: string; readonly key?: string },
  body = '',
): Promise<Asked> {
  const at = door.startsWith('unix:') ? { socketPath: door.slice('unix:'.length) } : addressOf(door)
  const send = door.startsWith('https:') ? tlsRequest : plainRequest
  return new Promise((resolve, reject) => {
    const sent = send({ ...at, agent: false, ...options }, async answer => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await text(answer) })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function addressOf(door: string) {
  const { hostname, port } = new URL(door)
  return { host: hostname, port: Number(port) }
}
