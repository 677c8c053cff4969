import type { Duplex } from 'node:stream'

/** How long a caller may take to read the answer and close, once there is no more to say. */
const lingerMs = 2_000
/** Bytes of a refused upload that are read and dropped meanwhile; beyond them the caller is held up. */
const dropped = 65_536

/** Connections that were told the last word and wait for the other side to close. */
export class Lingering {
  readonly #sockets = new Set<Duplex>()

  /**
   * Closes a connection so that what was written still arrives: a socket that is closed with bytes unread is reset, and a
   * reset may overtake the answer (RFC 9112 section 9.6).
   */
  close(socket: Duplex): void {
    if (this.#sockets.has(socket) || socket.destroyed) return
    this.#sockets.add(socket)
    let left = dropped
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) socket.pause()
    })
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
    })
    socket.end()
    socket.resume()
  }

  has(socket: Duplex): boolean {
    return this.#sockets.has(socket)
  }

  /** Waits for nobody any longer. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
