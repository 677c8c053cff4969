import type { Socket } from 'node:net'

/** In how many looks a connection that is silent is found. */
const looks = 4

/**
 * Finds connections on which nothing moves. Node's timer for that is set anew with every read and write, so it is only set where
 * nothing moved between two looks at all of them.
 */
export class Silence {
  readonly ms: number
  /** How many bytes had moved at the last look, and whether Node's timer is set. */
  readonly #moved = new Map<Socket, { bytes: number; timed: boolean }>()
  readonly #timer: NodeJS.Timeout

  /** A socket emits `timeout` after at least `ms` milliseconds of silence and at most half as many more. */
  constructor(ms: number) {
    this.ms = ms
    this.#timer = setInterval(() => this.#look(), ms / looks).unref()
  }

  watch(socket: Socket): void {
    this.#moved.set(socket, { bytes: 0, timed: false })
    socket.once('close', () => this.#moved.delete(socket))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const [socket, seen] of this.#moved) {
      const bytes = socket.bytesRead + socket.bytesWritten
      const quiet = bytes === seen.bytes
      seen.bytes = bytes
      if (quiet === seen.timed) continue
      seen.timed = quiet
      socket.setTimeout(quiet ? this.ms : 0)
    }
  }
}
