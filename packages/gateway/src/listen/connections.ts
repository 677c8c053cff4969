import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem, Reply } from '@sallyport/core'
import { Lingering } from './linger.ts'
import type { NodeBody } from './node-body.ts'
import { writeRaw } from './raw-answer.ts'

/** A call that came on a connection. */
export interface Ongoing {
  readonly response: ServerResponse
  readonly body: NodeBody
}

/** Calls that a client may send ahead before the first is answered. */
const maxAhead = 64

const isOver = ({ response }: Ongoing) => response.writableFinished || response.destroyed

/** What happens to connections beside the calls on them: whose turn it is, what cannot be read, how they close. */
export class Connections {
  /** The calls that are not over, oldest first; nearly always one. */
  readonly #calls = new WeakMap<Socket, Ongoing[]>()
  readonly #open = new Set<Socket>()
  readonly #lingering = new Lingering()
  readonly #broken = new WeakSet<Socket>()

  opened(socket: Socket): void {
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
  }

  /** Closes what carries no call, and the rest as soon as its calls are over. */
  drain(): void {
    for (const socket of this.#open) {
      const call = this.last(socket)
      if (call === undefined) socket.destroy()
      else if (call.response.headersSent) call.response.on('finish', () => socket.destroySoon())
      else call.response.shouldKeepAlive = false
    }
  }

  /**
   * Takes up a call. Where the client sent it ahead (RFC 9112 section 9.3.2), it waits until the one before is over; false
   * where it must then be left alone, since that one was the last of its connection.
   */
  begin(socket: Socket, call: Ongoing): Promise<boolean> | undefined {
    if (this.#lingering.has(socket)) return Promise.resolve(false)
    const calls = this.#calls.get(socket)
    if (calls === undefined) {
      this.#calls.set(socket, [call])
      return undefined
    }
    while (calls[0] !== undefined && isOver(calls[0])) calls.shift()
    const before = calls.at(-1)
    calls.push(call)
    if (before === undefined) return undefined
    if (calls.length > maxAhead) socket.destroy()
    return new Promise(resolve => {
      before.response.on('close', () => resolve(socket.writable && !this.#lingering.has(socket)))
    })
  }

  /** The call that came last, if it is not over. */
  last(socket: Socket): Ongoing | undefined {
    const call = this.#calls.get(socket)?.at(-1)
    return call === undefined || isOver(call) ? undefined : call
  }

  /** Answers what could not be read, once, and closes. A call under way is never answered by words for another. */
  refuse(socket: Socket, problem: Problem, render: (problem: Problem) => Reply): void {
    if (this.#broken.has(socket) || this.#lingering.has(socket)) return
    this.#broken.add(socket)
    if (!socket.writable) return void socket.destroy()
    const call = this.last(socket)
    if (call === undefined) {
      writeRaw(socket, render(problem))
      this.#lingering.close(socket)
      return
    }
    if (call.body.unread) call.body.fail(problem)
    this.closeAfter(socket, call)
  }

  /** Closes when a call is over: no other is read after it. */
  closeAfter(socket: Socket, { response }: Ongoing): void {
    if (!response.headersSent) response.shouldKeepAlive = false
    response.on('finish', () => this.#lingering.close(socket))
    socket.destroySoon = () => this.#lingering.close(socket)
  }

  /** What to do with a connection on which nothing moved for a while; true where it is to be waited for. */
  silent(socket: Socket, problem: Problem): boolean {
    const call = this.#calls.get(socket)?.find(one => !isOver(one))
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
}
