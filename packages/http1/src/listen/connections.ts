import type { Socket } from 'node:net'
import type { CallerConnection } from './caller-connection.ts'
import type { Patience } from './silence.ts'

/** The connections that are open. */
export class Connections {
  /** Over TLS it is what lies below a connection, from before TLS was agreed on. */
  readonly #sockets = new Set<Socket>()
  readonly #connections = new Set<CallerConnection>()
  readonly #timer: NodeJS.Timeout
  #whenClosed: (() => void) | undefined

  constructor(patience: Patience) {
    this.#timer = setInterval(() => this.#look(patience), patience.checkMs).unref()
  }

  get size(): number {
    return this.#sockets.size
  }

  /** A socket was accepted; what carries calls, `add` has. */
  opened(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (this.#sockets.size === 0) this.#whenClosed?.()
    })
  }

  add(connection: CallerConnection): void {
    this.#connections.add(connection)
    connection.socket.on('close', () => this.#connections.delete(connection))
  }

  #look(patience: Patience): void {
    const now = performance.now()
    for (const connection of this.#connections) connection.look(now, patience)
  }

  /** Closes what carries no call, and the rest as soon as its calls are over. */
  drain(): void {
    for (const connection of this.#connections) connection.drain()
  }

  /** Waits for nobody any longer. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Tells when all are closed, and looks after them no longer then. */
  closed(tell: () => void): void {
    this.#whenClosed = () => {
      clearInterval(this.#timer)
      tell()
    }
    if (this.#sockets.size === 0) this.#whenClosed()
  }
}
