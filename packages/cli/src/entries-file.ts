import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { nearest } from '@sallyport/core'
import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { Failure } from './frame/failure.ts'

const bytesMax = 32 * 2 ** 20

/** A value of an entry: text, or a list of texts. */
export type Member = string | readonly string[]
export type Entry = Readonly<Record<string, Member | undefined>>

/** A scalar as it was written: YAML reads `123` as a number, `null` as nothing. */
const nameOf = (node: unknown) => (isScalar(node) ? (node.source ?? String(node.value)) : String(node))

/** A member of the file's map that holds entries by name; `heading` is a comment for a file that is new. */
export interface Section {
  readonly name: string
  readonly heading: string
}

/** The named entries of one section of a YAML file. What stands around them, comments too, stays as it is. */
export class Entries {
  readonly #document: Document
  readonly #section: YAMLMap

  constructor(document: Document, section: YAMLMap) {
    this.#document = document
    this.#section = section
  }

  names(): string[] {
    return this.#section.items.map(({ key }) => nameOf(key))
  }

  has(name: string): boolean {
    return this.#keyOf(name) !== undefined
  }

  /** Throws Failure where there is no such entry. */
  require(name: string, what: string): void {
    if (this.has(name)) return
    const near = nearest(name, this.names())
    throw new Failure(`there is no ${what} ${name}${near === undefined ? '' : `; did you mean ${near}?`}`)
  }

  /** The members that are text or lists; others are left out. */
  get(name: string): Entry {
    const entry = this.#section.get(this.#keyOf(name))
    if (!isMap(entry)) return {}
    const members: [string, Member][] = []
    for (const { key, value } of entry.items) {
      if (isSeq(value)) members.push([nameOf(key), value.items.map(nameOf)])
      else if (isScalar(value)) members.push([nameOf(key), nameOf(value)])
    }
    return Object.fromEntries(members)
  }

  /** Sets members of an entry, made where it is missing; undefined and empty lists are left out. */
  set(name: string, members: Entry): void {
    const known = this.#section.get(this.#keyOf(name))
    const entry = isMap(known) ? known : this.#document.createNode({})
    if (!isMap(entry)) throw new TypeError('an entry is a map')
    entry.flow = false
    for (const [key, value] of Object.entries(members)) {
      if (value === undefined || value.length === 0) continue
      const node = this.#document.createNode(value)
      if (isSeq(node)) node.flow = true
      entry.set(key, node)
    }
    if (entry !== known) this.#section.set(name, entry)
  }

  delete(name: string): void {
    this.#section.delete(this.#keyOf(name))
  }

  #keyOf(name: string): unknown {
    return this.#section.items.find(({ key }) => nameOf(key) === name)?.key
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

async function readText(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8')
    if (text.length > bytesMax) throw new Failure(`${path} is larger than ${bytesMax} bytes`)
    return text
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

function readEntries(text: string, path: string, { name, heading }: Section): { document: Document; entries: Entries } {
  const parsed = parseDocument(text)
  const [mistake] = parsed.errors
  if (mistake !== undefined) throw new Failure(`${path} is not YAML: ${mistake.message.split('\n')[0]}`)
  const document: Document = parsed
  if (document.contents === null) {
    document.contents = document.createNode({})
    document.commentBefore ??= ` ${heading}`
  }
  if (!isMap(document.contents)) throw new Failure(`${path} should hold a map with the member ${name}`)
  document.contents.flow = false
  const found = document.get(name) ?? undefined
  const section = found ?? document.createNode({})
  if (!isMap(section)) throw new Failure(`${name} of ${path} should be a map`)
  section.flow = false
  if (found === undefined) document.set(name, section)
  return { document, entries: new Entries(document, section) }
}

/** The entries as they stand; none where there is no file. */
export async function readEntriesOf(path: string, section: Section): Promise<Entries> {
  return readEntries(await readText(path), path, section).entries
}

/** The file behind a symbolic link, so that the link stays one. */
const behind = (path: string) => realpath(path).catch(() => path)

/** Root that changes a file must not take it from the gateway, which may run as someone else. */
async function keepOwner(file: FileHandle, path: string): Promise<void> {
  const absent = (error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const [before, after] = await Promise.all([stat(path).catch(absent), file.stat()])
  if (before && before.uid !== after.uid) await file.chown(before.uid, before.gid)
}

/**
 * Changes entries and writes the file anew, whole or not at all, for its owner alone. The new file is made before the old
 * one is read: who comes second finds it there, so that no change is lost.
 */
export async function editEntries<T>(
  given: string,
  section: Section,
  change: (entries: Entries) => T | Promise<T>,
): Promise<T> {
  const path = await behind(given)
  const next = `${path}.new`
  const file = await open(next, 'wx', 0o600).catch(error => {
    if (codeOf(error) === 'ENOENT') throw new Failure(`the folder of ${given} does not exist`)
    if (codeOf(error) !== 'EEXIST') throw error
    throw new Failure(`${next} exists: another command changes ${given}; if none does, delete it`)
  })
  try {
    const { document, entries } = readEntries(await readText(path), given, section)
    const result = await change(entries)
    await file.writeFile(document.toString({ lineWidth: 0, flowCollectionPadding: false }))
    await keepOwner(file, path)
    await file.sync()
    await file.close()
    await rename(next, path)
    return result
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(next, { force: true })
    throw error
  }
}
