import { constants } from 'node:fs'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { JsonError, readJson } from '@sallyport/core'
import { BadToken } from '@sallyport/tokens'

/** Tokens that there is something to know of, by jti or by the id of a part: an append-only file. */
export interface IdList {
  /** Throws BadToken `unavailable` where the list can't be read: nobody knows then which tokens are good. */
  has(id: string): boolean
  /** Adds one; it is on disk when this resolves. */
  add(id: string, at: number): Promise<void>
  /** Reads what others have added. */
  look(): Promise<void>
}

/** A line that a crash cut off, which was never reported as written. Whole ones end with a brace. */
const isTorn = (line: string) => !line.endsWith('}')

function idIn(line: string): string {
  const entry = readJson(line)
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry) && typeof entry.id === 'string')
    return entry.id
  throw new JsonError('a line without id', 0)
}

function idsIn(text: string): ReadonlySet<string> {
  const lines = text.split('\n').filter(line => line !== '' && !isTorn(line))
  return new Set(lines.map(idIn))
}

const reasonOf = (error: unknown) =>
  error instanceof Error && 'code' in error
    ? String(error.code)
    : error instanceof JsonError
      ? error.message
      : 'unreadable'

/** Taken before the content is read, so what is written meanwhile is read at the next look. */
async function signatureOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(':')
}

async function appendLine(file: FileHandle, line: string): Promise<void> {
  const { size } = await file.stat()
  const last = size === 0 ? undefined : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
  await file.appendFile(`${last === undefined || last === '\n' ? '' : '\n'}${line}\n`)
  await file.sync()
}

class IdFile implements IdList {
  readonly #path: string
  readonly #failed: (error: unknown) => void
  #ids: ReadonlySet<string> = new Set()
  /** As of the last reading: size and times of the file. */
  #signature: string | undefined
  #unreadable: string | undefined
  #lastWrite: Promise<unknown> = Promise.resolve()

  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path
    this.#failed = failed
  }

  has(id: string): boolean {
    if (this.#unreadable !== undefined)
      throw new BadToken('unavailable', `${this.#path} can't be read (${this.#unreadable})`)
    return this.#ids.has(id)
  }

  add(id: string, at: number): Promise<void> {
    const written = this.#lastWrite.then(() => this.#append(JSON.stringify({ id, at: new Date(at).toISOString() })))
    this.#lastWrite = written.catch(() => undefined)
    return written
  }

  async #append(line: string): Promise<void> {
    // Read and append, never create: where the list has vanished an empty one would make revoked tokens good again.
    const file = await open(this.#path, constants.O_RDWR | constants.O_APPEND)
    try {
      await appendLine(file, line)
    } finally {
      await file.close()
    }
    await this.look()
  }

  async look(): Promise<void> {
    try {
      const signature = await signatureOf(this.#path)
      if (signature === this.#signature) return
      this.#ids = idsIn(await readFile(this.#path, 'utf8'))
      this.#signature = signature
      this.#unreadable = undefined
    } catch (error) {
      this.#signature = undefined
      const reason = reasonOf(error)
      if (reason !== this.#unreadable) {
        this.#failed(new Error(`${this.#path} can't be read (${reason}): magic tokens are refused until it can`))
      }
      this.#unreadable = reason
    }
  }
}

/** Reads the list once, so that it is known before any token is judged. */
export async function openIdList(path: string, failed: (error: unknown) => void): Promise<IdList> {
  const list = new IdFile(path, failed)
  await list.look()
  return list
}
