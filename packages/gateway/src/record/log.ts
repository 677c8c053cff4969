import { fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CallEvent } from '@sallyport/core'
import { logRedaction, usuallyRedacted } from '@sallyport/stages'
import { Pieces } from '@sallyport/store/records'
import pino, { type Logger } from 'pino'
import sonicBoom, { type SonicBoom } from 'sonic-boom'
import { prettyCall, prettyMessage } from './pretty.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface LogOptions {
  /** `stdout`, `off`, or the path of a file, which only its owner may read. */
  readonly to: string
  /** Calls are logged at `info`. */
  readonly level: LogLevel
  /** Lines for a terminal, in colour, instead of JSON. */
  readonly pretty: boolean
  /** Words in names of members that messages never show. */
  readonly redact?: readonly string[]
  /** Told where lines cannot be written. */
  readonly onError: (error: Error) => void
}

export interface Log {
  /** For the gateway's own messages. Members that are named like secrets are masked. */
  readonly logger: Logger
  /** Logs one call; `json` is the event as JSON, in parts. */
  call(event: CallEvent, ...json: readonly string[]): void
  /** Waits until all that was logged before is written. */
  flush(): Promise<void>
  /** Writes what is left and closes, at once: it may be called when the process exits. */
  close(): void
}

const everyMs = 250
/** Text that waits while a disk or a reader is slow; lines beyond are lost, for calls do not wait. */
const waitingMax = 16 * 2 ** 20

function openDescriptor(to: string): number {
  if (to === 'stdout') return 1
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const descriptor = openSync(to, 'a', 0o600)
  // A file that stood there before may have been open to others; a device such as /dev/null is everybody's.
  if (process.platform !== 'win32' && fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600)
  return descriptor
}

/** A pipe or a terminal keeps nothing that could be synced (fsync(2)); its lines are written all the same. */
const cannotSync = (error: Error) => 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP')

/** Text that is kept here and handed on in pieces: a write for each line would cost more than the line. */
class Destination {
  readonly #sink: SonicBoom
  readonly #timer: NodeJS.Timeout
  readonly #waiting = new Pieces()
  #failing = false
  #closed = false

  constructor(to: string, onError: (error: Error) => void) {
    this.#sink = new sonicBoom.SonicBoom({
      fd: openDescriptor(to),
      sync: false,
      minLength: 1,
      maxLength: waitingMax,
      contentMode: 'buffer',
    })
    this.#sink.on('write', () => {
      this.#failing = false
    })
    this.#sink.on('error', error => {
      this.#failing = true
      onError(error)
    })
    this.#sink.on('drop', () => onError(new Error(`log lines are lost: ${to} takes them too slowly`)))
    this.#timer = setInterval(() => this.handOn(), everyMs)
    this.#timer.unref()
  }

  write(text: string): void {
    this.#waiting.add(text)
  }

  /** Hands on what makes a piece. */
  handOnPieces(): void {
    if (this.#waiting.ready) this.handOn()
  }

  handOn(): void {
    if (this.#waiting.bytes > 0) this.#sink.write(this.#waiting.take())
  }

  flush(): Promise<void> {
    this.handOn()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#sink.flush(error => (error && !cannotSync(error) ? reject(error) : resolve()))
    return promise
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    // What could not be written just now is lost: flushSync would try for ever.
    if (this.#failing) return void this.#sink.destroy()
    this.handOn()
    this.#sink.flushSync()
    this.#sink.end()
  }
}

const silent: Log = {
  logger: pino({ enabled: false }),
  call() {
    return
  },
  async flush() {
    return
  },
  close() {
    return
  },
}

const shown = (message: unknown): Record<string, unknown> => ({ ...(message instanceof Object && message) })

/** Opens the log. Throws where its file cannot be opened. */
export function openLog({ to, level, pretty, onError, redact = usuallyRedacted }: LogOptions): Log {
  if (to === 'off') return silent
  const destination = new Destination(to, onError)
  const stream = {
    write(line: string) {
      destination.write(pretty ? prettyMessage(line) : line)
      destination.handOn()
    },
  }
  const redaction = logRedaction(redact)
  const logger = pino(
    {
      ...{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      formatters: { log: message => shown(redaction.value(message)) },
    },
    stream,
  )
  const logsCalls = logger.isLevelEnabled('info')
  return {
    logger,
    call(event, start = '{}', ...rest) {
      if (!logsCalls) return
      if (pretty) {
        destination.write(prettyCall(event))
        return destination.handOn()
      }
      destination.write('{"level":30,"msg":"call",')
      destination.write(start.slice(1))
      for (const part of rest) destination.write(part)
      destination.write('\n')
      destination.handOnPieces()
    },
    flush: () => destination.flush(),
    close: () => destination.close(),
  }
}
