import { Pieces } from './pieces.ts'
import { findCall, lastCalls } from './read.ts'
import { dropOldest, openFile, openLast, type RingFile } from './ring-files.ts'

export interface RingOptions {
  /** Made with mode 0700; its files have 0600. */
  readonly folder: string
  /** Bytes that one file may have: 8 MiB unless given. */
  readonly fileBytes?: number
  /** How many files are kept: 8 unless given. */
  readonly files?: number
  /** Told of a failing disk, at most once a minute. */
  readonly onError: (error: Error) => void
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
}

/** The last calls, one JSON line each, in a bounded ring of files. */
export interface Ring {
  /** Whether the last piece could be written. */
  readonly healthy: boolean
  /** Takes one line, in parts, without its newline; it is on disk within a quarter of a second. */
  write(...parts: string[]): void
  /** The line of a call, by its id. */
  find(id: string): Promise<string | undefined>
  /** The last lines, the newest first. */
  last(count: number): Promise<string[]>
  /** Waits until all that was written before stands on disk. */
  flush(): Promise<void>
  /** Writes what is left and closes, at once: it may be called when the process exits. */
  close(): void
}

const everyMs = 250
const reportMs = 60_000

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

class FileRing implements Ring {
  readonly #folder: string
  readonly #fileBytes: number
  readonly #files: number
  readonly #onError: (error: Error) => void
  readonly #elapsed: () => number
  readonly #timer: NodeJS.Timeout
  readonly #waiting = new Pieces()
  #writing: Promise<void> | undefined
  #file: RingFile | undefined
  #reportedAt = Number.NEGATIVE_INFINITY
  #closed = false
  healthy = true

  constructor({ folder, fileBytes = 8 * 2 ** 20, files = 8, onError, elapsed }: RingOptions) {
    this.#folder = folder
    this.#fileBytes = fileBytes
    this.#files = files
    this.#onError = onError
    this.#elapsed = elapsed
    this.#timer = setInterval(() => this.#start(), everyMs)
    this.#timer.unref()
  }

  async open(): Promise<void> {
    try {
      this.#file = await openLast(this.#folder, this.#fileBytes)
      await dropOldest(this.#folder, this.#files)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** While a disk is slow as much may wait as a file holds; what comes beyond is lost, for calls do not wait. */
  write(...parts: string[]): void {
    if (this.#waiting.bytes >= this.#fileBytes) {
      this.#failed(new Error(`records of calls are lost: ${this.#folder} takes them too slowly`))
      return
    }
    for (const part of parts) this.#waiting.add(part)
    this.#waiting.add('\n')
    if (this.#waiting.ready) this.#start()
  }

  async find(id: string): Promise<string | undefined> {
    await this.flush()
    return findCall(this.#folder, id)
  }

  async last(count: number): Promise<string[]> {
    await this.flush()
    return lastCalls(this.#folder, count)
  }

  async flush(): Promise<void> {
    await this.#writing
    this.#start()
    await this.#writing
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    try {
      const left = this.#waiting.take()
      if (left.length > 0) this.#file?.addSync(left)
    } catch (error) {
      this.#failed(error)
    }
    void this.#file?.close().catch(error => this.#failed(error))
  }

  #start(): void {
    if (this.#writing !== undefined || this.#waiting.bytes === 0 || this.#closed) return
    this.#writing = this.#add(this.#waiting.take()).then(() => {
      this.#writing = undefined
      if (this.#waiting.ready) this.#start()
    })
  }

  /** A piece that cannot be written is lost; the next one tries the disk anew. */
  async #add(piece: Uint8Array): Promise<void> {
    try {
      const file = await this.#roomFor(piece.length)
      await file.add(piece)
      this.healthy = true
    } catch (error) {
      const file = this.#file
      this.#file = undefined
      await file?.close().catch(() => undefined)
      this.#failed(error)
    }
  }

  async #roomFor(bytes: number): Promise<RingFile> {
    this.#file ??= await openLast(this.#folder, this.#fileBytes)
    const file = this.#file
    if (file.size === 0 || file.size + bytes <= this.#fileBytes) return file
    this.#file = await openFile(this.#folder, file.number + 1)
    await file.close()
    await dropOldest(this.#folder, this.#files)
    return this.#file
  }

  #failed(error: unknown): void {
    this.healthy = false
    const now = this.#elapsed()
    if (now - this.#reportedAt < reportMs) return
    this.#reportedAt = now
    this.#onError(asError(error))
  }
}

/**
 * Opens the ring and goes on where the last process ended. A disk that fails is reported, never thrown: calls go on
 * without records, and readiness tells.
 */
export async function openRing(options: RingOptions): Promise<Ring> {
  const ring = new FileRing(options)
  await ring.open()
  return ring
}
