import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem } from '@sallyport/core'
import { Lingering } from './linger.ts'
import type { NodeBody } from './node-body.ts'
import { writeRaw } from './raw-answer.ts'
import type { Abandon } from './write.ts'

/** A call under way on a connection. */
export interface Ongoing {
  readonly response: ServerResponse
  readonly body: NodeBody
  /** To be called where the connection closes before the answer has left. */
  abandon: Abandon | undefined
}

const isOver = ({ response }: Ongoing) => response.writableFinished || response.destroyed

/** What happens to connections beside the calls on them: what cannot be read, who is silent, how they close. */
export class Connections {
  readonly #calls = new WeakMap<Socket, Ongoing[]>()
  readonly #lingering = new Lingering()
  readonly #broken = new WeakSet<Socket>()

  /** Remembers a call as the last one of its connection. */
  begin(socket: Socket, call: Ongoing): void {
    const calls = this.#calls.get(socket)
    if (calls === undefined) {
      this.#calls.set(socket, [call])
      socket.on('close', () => this.#closed(socket))
      return
    }
    // Nearly always one, which is over: only a client that pipelines has several.
    while (calls[0] !== undefined && isOver(calls[0])) calls.shift()
    calls.push(call)
  }

  /** The call that came last, if it is under way. */
  last(socket: Socket): Ongoing | undefined {
    const call = this.#calls.get(socket)?.at(-1)
    return call === undefined || isOver(call) ? undefined : call
  }

  /** Answers what could not be read, once, and closes. A call under way is never answered by words for another. */
  refuse(socket: Socket, problem: Problem, name: (problem: Problem) => string): void {
    if (this.#broken.has(socket) || this.#lingering.has(socket)) return
    this.#broken.add(socket)
    if (!socket.writable) return void socket.destroy()
    const call = this.last(socket)
    if (call === undefined) {
      writeRaw(socket, problem, name(problem))
      this.#lingering.close(socket)
      return
    }
    if (call.body.unread) call.body.fail(problem)
    this.closeAfter(socket, call)
  }

  /** Closes when a call is over: no other can be read after it. */
  closeAfter(socket: Socket, { response }: Ongoing): void {
    if (!response.headersSent) response.shouldKeepAlive = false
    socket.destroySoon = () => this.#lingering.close(socket)
    response.on('finish', () => this.#lingering.close(socket))
  }

  /** What to do with a connection on which nothing moved for a while; true where it is to be waited for. */
  silent(socket: Socket, problem: Problem): boolean {
    const call = this.last(socket)
    if (call?.body.awaited === true) {
      call.body.fail(problem)
      return true
    }
    if (call !== undefined && socket.writableLength === 0) return true
    socket.destroy()
    return false
  }

  /** Waits no longer for callers to close. */
  cut(): void {
    this.#lingering.cut()
  }

  #closed(socket: Socket): void {
    for (const call of this.#calls.get(socket) ?? []) if (!call.response.writableFinished) call.abandon?.()
  }
}
