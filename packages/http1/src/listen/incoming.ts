import type { Socket } from 'node:net'
import { Problem } from '@sallyport/core'
import { Ahead } from './ahead.ts'
import { type RequestEvents, RequestParser } from './request-parser.ts'

/** Whose requests are read. */
export interface Reader extends RequestEvents {
  /** What came cannot be read, and nothing after it will be. */
  unreadable(problem: Problem): void
}

const asProblem = (error: unknown) =>
  error instanceof Problem ? error : new Problem('request-malformed', {}, String(error))

/** Reads the requests of a connection, one at a time. What comes after one meanwhile waits, and holds the caller up. */
export class Incoming {
  readonly #socket: Pick<Socket, 'pause' | 'resume'>
  readonly #reader: Reader
  readonly #parser: RequestParser
  readonly #ahead = new Ahead()
  #isHeld = false
  #isOver = false

  constructor(socket: Pick<Socket, 'pause' | 'resume'>, reader: Reader) {
    this.#socket = socket
    this.#reader = reader
    this.#parser = new RequestParser(reader)
  }

  /** Whether a header section has begun and not ended. */
  get inHead(): boolean {
    return this.#parser.inHead
  }

  /** Whether bytes came that belong to no request so far. */
  get isAhead(): boolean {
    return !this.#ahead.isEmpty
  }

  /** So many bytes of `input` came. */
  received(input: Buffer, bytes: number): void {
    if (this.#isOver) return
    const read = this.#ahead.isEmpty ? this.#read(input, bytes) : 0
    if (read === bytes) return
    this.#ahead.add(input.subarray(read, bytes))
    if (this.#ahead.isFull) this.#socket.pause()
  }

  /** The request before is over: reads the next one. */
  next(): void {
    this.#parser.resume()
    while (!this.#ahead.isEmpty && !this.#parser.isPaused && !this.#isOver) {
      const piece = this.#ahead.take()
      this.#ahead.putBack(piece.subarray(this.#read(piece, piece.length)))
    }
    this.#readOn()
  }

  /** Takes no more off the caller until `release`. */
  hold(): void {
    this.#isHeld = true
    this.#socket.pause()
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#readOn()
  }

  /** Reads nothing any longer. */
  stop(): void {
    this.#isOver = true
    this.#socket.pause()
  }

  /** The other side sends no more. */
  finish(): void {
    try {
      if (!this.#isOver) this.#parser.finish()
    } catch (error) {
      this.#fail(error)
    }
  }

  free(): void {
    this.#isOver = true
    this.#parser.free()
  }

  /** Answers how many bytes were of use. */
  #read(input: Buffer, bytes: number): number {
    try {
      return this.#parser.read(input, bytes)
    } catch (error) {
      this.#fail(error)
      return bytes
    }
  }

  #fail(error: unknown): void {
    this.stop()
    this.#reader.unreadable(asProblem(error))
  }

  #readOn(): void {
    if (!this.#ahead.isFull && !this.#isHeld && !this.#isOver) this.#socket.resume()
  }
}
