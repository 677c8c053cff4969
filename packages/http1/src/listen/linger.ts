import type { Socket } from 'node:net'

/** How long a caller may take to read the answer and close, once there is no more to say. */
const lingerMs = 2_000
/** Bytes of a refused upload that are read and dropped meanwhile; beyond them the caller is held up. */
const dropped = 65_536

/**
 * Closes a connection so that what was written still arrives: a socket that is closed with bytes unread is reset, and a
 * reset may overtake the answer (RFC 9112 section 9.6). It waits for the other side to close.
 */
export class Lingering {
  readonly #socket: Socket
  #left = dropped

  constructor(socket: Socket) {
    this.#socket = socket
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
    socket.on('close', () => clearTimeout(timer))
    socket.end()
    socket.resume()
  }

  /** So many bytes came. */
  drop(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) this.#socket.pause()
  }
}
