import { open } from 'node:fs/promises'

/** Characters that wait while a disk is slow; lines beyond are lost, for calls do not wait. */
const waitingMax = 2 ** 20

/** Opened anew for each piece, so that a file which was moved away is begun anew. */
async function append(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    // A file that stood there before may have been open to others; a device such as /dev/stderr is everybody's.
    if (process.platform !== 'win32' && (await file.stat()).isFile()) await file.chmod(0o600)
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}

/** Lines at the end of a file that only its owner may read. Lines that can't be written are lost, which is told once each time it begins. */
export class AppendedFile {
  readonly #path: string
  readonly #fault: (error: unknown) => void
  #waiting = ''
  #writing: Promise<void> | undefined
  #failing = false

  constructor(path: string, fault: (error: unknown) => void) {
    this.#path = path
    this.#fault = fault
  }

  /** Rejects where the file can't be written to. */
  open(): Promise<void> {
    return append(this.#path, '')
  }

  add(line: string): void {
    if (this.#waiting.length + line.length > waitingMax) this.#lost(new Error('it takes them too slowly'))
    else this.#waiting += line
    this.#writing ??= this.#write()
  }

  /** Resolves when what was added before is written or lost. */
  async flush(): Promise<void> {
    await this.#writing
  }

  #lost(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    this.#fault(new Error(`lines of ${this.#path} are lost`, { cause: error }))
  }

  async #write(): Promise<void> {
    while (this.#waiting !== '') {
      // What failed may have left a piece of a line.
      const lines = this.#failing ? `\n${this.#waiting}` : this.#waiting
      this.#waiting = ''
      try {
        await append(this.#path, lines)
        this.#failing = false
      } catch (error) {
        this.#lost(error)
      }
    }
    this.#writing = undefined
  }
}
