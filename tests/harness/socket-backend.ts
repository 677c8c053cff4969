import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface SocketBackend {
  readonly url: string
  readonly port: number
  /** Every connection that was made, oldest first. */
  readonly sockets: readonly Socket[]
  /** What came on each of them so far. */
  heard(connection: number): string
  close(): Promise<void>
}

/** Told of every piece that comes, with all that came on that connection before and the connection's number. */
export type Script = (socket: Socket, heard: string, connection: number) => void

/** A backend that says byte for byte what a test has it say, for the length of the test. */
export async function startSocketBackend(t: Pick<TestContext, 'after'>, script: Script): Promise<SocketBackend> {
  const sockets: Socket[] = []
  const heard: string[] = []
  const server = createServer(socket => {
    const connection = sockets.push(socket) - 1
    heard.push('')
    socket.on('error', () => undefined)
    socket.on('data', chunk => {
      heard[connection] += chunk.toString('latin1')
      script(socket, heard[connection] ?? '', connection)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  }
  t.after(close)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, sockets, heard: connection => heard[connection] ?? '', close }
}
