import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What a server does with a command: bytes to answer with, nothing, or whatever it likes with the connection. */
type Behaviour = (args: readonly string[], socket: Socket) => string | undefined

/** A text as RESP writes it. */
export const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`

/** Takes whole commands off the front of what came: arrays of texts without line breaks, as far as tests need them. */
function* commandsIn(text: string): Generator<{ args: string[]; end: number }> {
  let at = 0
  for (;;) {
    const head = /^\*(\d+)\r\n/.exec(text.slice(at))
    if (head === null) return
    let next = at + head[0].length
    const args: string[] = []
    while (args.length < Number(head[1])) {
      const length = /^\$(\d+)\r\n/.exec(text.slice(next))
      if (length === null) return
      const from = next + length[0].length
      next = from + Number(length[1]) + 2
      if (next > text.length) return
      args.push(text.slice(from, next - 2))
    }
    at = next
    yield { args, end: at }
  }
}

/** Good manners until the counters are asked: what makes a client take it for a Redis that is up. */
function greet([name = '', ...args]: readonly string[]): string | undefined {
  if (name === 'EVAL' && args.includes('0')) return bulk('0 1 1 0 1 0')
  return name.startsWith('EVAL') ? undefined : '+OK\r\n'
}

/** A server that takes what is said for a Redis' business and then behaves as a test has it. `url` has no password. */
export async function startFakeRedis(
  t: { after(undo: () => unknown): void },
  behaviour: Behaviour,
  greeting: Behaviour = greet,
): Promise<{ readonly port: number; readonly url: string }> {
  const server = createServer(socket => {
    let text = ''
    let isGreeted = false
    socket.on('error', () => undefined)
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      let end = 0
      for (const one of commandsIn(text)) {
        end = one.end
        const answer = isGreeted ? behaviour(one.args, socket) : greeting(one.args, socket)
        isGreeted ||= one.args[0] === 'EVAL'
        if (answer !== undefined && !socket.destroyed) socket.write(answer, 'latin1')
      }
      text = text.slice(end)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { port, url: `redis://127.0.0.1:${port}` }
}
