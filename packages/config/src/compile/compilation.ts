import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { placeOfUrl } from '../openapi/ask.ts'
import { type Mistake, type MistakeDetail, mistakeAt } from '../read/mistake.ts'
import { type Path, placeOf, type Tree } from '../read/tree.ts'

/** What reading a configuration asks of the world. All reject where the thing cannot be had. */
export interface ReadPorts {
  readFile(path: string): Promise<string>
  /** The bytes of a file. Missing where none but texts are read. */
  readBytes?(path: string): Promise<Uint8Array>
  /** What an ES module exports; `version` names its content, so that another content is read anew. Missing where none is run. */
  importModule?(path: string, version: string): Promise<unknown>
  /** The text of a document at a URL. Missing where nobody is asked. */
  askForDocument?(url: string): Promise<string>
}

/** 64 bits: enough to name a state of the rules in records. */
const hashLetters = 16

/** The work on one configuration: what was read for it, and all that is wrong or risky. */
export class Compilation {
  readonly tree: Tree
  readonly mistakes: Mistake[] = []
  readonly warnings: Mistake[] = []
  readonly files = new Set<string>()
  readonly #ports: ReadPorts
  readonly #digest = createHash('sha256')

  constructor(tree: Tree, ports: ReadPorts) {
    this.tree = tree
    this.#ports = ports
  }

  mistake(path: Path, message: string, detail: MistakeDetail = {}): void {
    this.mistakes.push(mistakeAt(this.tree, path, message, detail))
  }

  warn(path: Path, message: string): void {
    this.warnings.push(mistakeAt(this.tree, path, message))
  }

  /** The whole path of a file named in the configuration, relative to the file that names it. */
  fileAt(path: Path, name: string): string {
    return resolve(dirname(placeOf(this.tree, path).file), name)
  }

  /** A file named in the configuration, relative to the file that names it. Undefined, with a mistake, where it can't be read. */
  async read(path: Path, name: string): Promise<{ readonly file: string; readonly text: string } | undefined> {
    const file = this.fileAt(path, name)
    this.files.add(file)
    try {
      const text = await this.#ports.readFile(file)
      this.#digest.update(file).update('\0').update(text).update('\0')
      return { file, text }
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
      this.mistake(path, `file ${file} cannot be read (${why})`)
      return undefined
    }
  }

  /** The bytes of a file, like `read`. */
  async readBytes(path: Path, file: string): Promise<Uint8Array | undefined> {
    this.files.add(file)
    try {
      if (this.#ports.readBytes === undefined) throw new TypeError('no such file is read here')
      const bytes = await this.#ports.readBytes(file)
      this.#digest.update(file).update('\0').update(bytes).update('\0')
      return bytes
    } catch (error) {
      this.mistake(path, `file ${file} cannot be read (${error instanceof Error ? error.message : error})`)
      return undefined
    }
  }

  /** A document at a URL that the configuration names, like `read`; asked for anew at each reading, and not watched. */
  async ask(path: Path, url: string): Promise<{ readonly file: string; readonly text: string } | undefined> {
    try {
      if (this.#ports.askForDocument === undefined) throw new TypeError('nobody is asked here')
      const text = await this.#ports.askForDocument(url)
      this.#digest.update(url).update('\0').update(text).update('\0')
      return { file: placeOfUrl(url), text }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.mistake(path, `no document is to be had at ${placeOfUrl(url)}: ${why}`)
      return undefined
    }
  }

  /** An ES module named in the configuration, like `read`. Undefined, with a mistake, where it can't be had. */
  async readModule(
    path: Path,
    name: string,
  ): Promise<{ readonly file: string; readonly exports: unknown } | undefined> {
    const read = await this.read(path, name)
    if (read === undefined) return undefined
    const version = createHash('sha256').update(read.text).digest('hex').slice(0, hashLetters)
    try {
      if (this.#ports.importModule === undefined) throw new TypeError('no module is run here')
      return { file: read.file, exports: await this.#ports.importModule(read.file, version) }
    } catch (error) {
      this.mistake(
        path,
        `module ${read.file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      )
      return undefined
    }
  }

  /** Names all that was read: `text` is the configuration itself. */
  hash(text: string): string {
    return this.#digest.copy().update(text).digest('hex').slice(0, hashLetters)
  }
}
