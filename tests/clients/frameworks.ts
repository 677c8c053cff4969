import { once } from 'node:events'
import { connect } from 'node:net'
import { type App, anonymous, answer, anyone, api, apiKey, app, scopes } from '@sallyport/sdk'
import { z } from 'zod'

export const key = 'a-key-of-many-letters-1'

/** An application, and how many calls have reached what a key guards. */
export interface Guarded {
  readonly app: App
  readonly reached: () => number
}

/** What is put into every framework. */
export async function guarded(): Promise<Guarded> {
  let reached = 0
  const text = z.object({ text: z.string() })
  const open = { identify: anonymous, authorize: anyone } as const
  const operations = [
    api(
      'POST /echo',
      {
        body: text,
        response: text,
        identify: apiKey({ keys: [{ id: 'one', key, scopes: ['write'] }] }),
        authorize: scopes('write'),
      },
      ({ body }) => {
        reached += 1
        return body
      },
    ),
    api('GET /ip', { ...open, response: z.object({ ip: z.string() }) }, ({ ip = 'unknown' }) => ({ ip })),
    api('GET /cookie', { ...open, inspect: { csrf: true } }, () => answer(204, undefined, { 'Set-Cookie': 'a=1' })),
  ]
  return { app: await app({ operations }), reached: () => reached }
}

/** What comes back for a text, until the other side ends or has said so much. */
export async function speak(port: number, text: string, enough: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.setEncoding('latin1').on('data', piece => {
    heard += piece
    if (heard.includes(enough)) socket.end()
  })
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return heard
}
