import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Json } from '@sallyport/core'
import type { ReadFile } from '@sallyport/stages'
import { readDocument } from '../read/document.ts'
import type { Path, Tree } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

/** So many documents may belong together. */
const documentsMax = 100

/** A tree of a file in which nothing is substituted, as plain values. */
export function jsonOf(tree: Tree): Json {
  if (tree.kind === 'list') return tree.items.map(jsonOf)
  if (tree.kind === 'map')
    return Object.fromEntries(Array.from(tree.entries, ([key, { value }]) => [key, jsonOf(value)]))
  const { value } = tree
  if (typeof value === 'object' && value !== null) throw new TypeError('a document holds no secrets')
  return value
}

/** The files that references lead to, as URLs without a fragment; those within the document and to other places are left out. */
function* filesIn(json: Json, base: string): Generator<string> {
  if (typeof json !== 'object' || json === null) return
  for (const [key, value] of Object.entries(json)) {
    if (key === '$ref' && typeof value === 'string' && /^[^#:]+(?:#|$)/.test(value)) {
      yield new URL(value.replace(/#.*/s, ''), base).href
    } else yield* filesIn(value, base)
  }
}

async function readOne(path: Path, file: string, work: Compilation): Promise<Json | undefined> {
  const read = await work.read(path, file)
  if (read === undefined) return undefined
  const document = readDocument(read.text, read.file)
  if ('tree' in document) return jsonOf(document.tree)
  work.mistakes.push(...document.mistakes)
  return undefined
}

/** A JSON or YAML file and all that its `$ref`s lead to. Undefined, with a mistake, where one can't be read. */
export async function readDocuments(path: Path, name: string, work: Compilation): Promise<ReadFile | undefined> {
  const file = work.fileAt(path, name)
  const wanted = [pathToFileURL(file).href]
  const documents = new Map<string, Json>()
  for (const url of wanted) {
    const json = await readOne(path, fileURLToPath(url), work)
    if (json === undefined) return undefined
    documents.set(url, json)
    for (const other of filesIn(json, url)) if (!wanted.includes(other)) wanted.push(other)
    if (wanted.length <= documentsMax) continue
    work.mistake(path, `its references lead to more than ${documentsMax} files`)
    return undefined
  }
  return { file, content: undefined, documents }
}
