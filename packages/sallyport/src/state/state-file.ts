import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that grows by whole pieces: each is on disk, or after a crash not there. */
export interface StateFile {
  /** What it held when it was opened, whole lines only. */
  readonly text: string
  /** Rejects where it can't be written; then nothing of it stays. */
  append(piece: string): Promise<void>
  close(): Promise<void>
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}

class AppendedFile implements StateFile {
  readonly text: string
  readonly #file: FileHandle
  #length: number
  /** Why nothing more can be written: the file may end with half a piece. */
  #broken: Error | undefined

  constructor(file: FileHandle, text: string) {
    this.text = text
    this.#file = file
    this.#length = Buffer.byteLength(text)
  }

  async append(piece: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    const bytes = Buffer.from(piece)
    try {
      await this.#file.write(bytes, 0, bytes.length, this.#length)
      await this.#file.sync()
      this.#length += bytes.length
    } catch (error) {
      await this.#cut(error)
      throw error
    }
  }

  /** What was written of a piece that failed must not be read as said. */
  async #cut(error: unknown): Promise<void> {
    try {
      await this.#file.truncate(this.#length)
      await this.#file.sync()
    } catch {
      this.#broken = new Error('state can no longer be written: restart when the disk is well', { cause: error })
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Opens a file for its owner alone, making it where there is none. Half a line at its end, which a crash left, is cut off. */
export async function openStateFile(path: string): Promise<StateFile> {
  const all = await textOf(path)
  const text = all.slice(0, all.lastIndexOf('\n') + 1)
  const file = await open(path, 'a', 0o600).then(async made => {
    await made.close()
    return open(path, 'r+')
  })
  await file.truncate(Buffer.byteLength(text))
  await file.sync()
  await syncFolder(path)
  return new AppendedFile(file, text)
}

/** Puts a whole new text in the place of a file's: a crash leaves the one or the other. */
export async function replaceStateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(path)
}
