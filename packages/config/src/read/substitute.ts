import { dirname, isAbsolute, join } from 'node:path'
import { nearest, Secret } from '@sallyport/core'
import { type Mistake, mistakeAt, mistakeAtKey } from './mistake.ts'
import { formsOfReference, type Piece, piecesOf, type Reference } from './reference.ts'
import type { Entry, Path, ScalarNode, Source, Tree } from './tree.ts'
import { quoted } from './tree.ts'
import { rereadScalar } from './yaml.ts'

/** Where values come from. `readFile` takes the path as it follows from the file that names it. */
export interface SubstitutionPorts {
  readonly env: Readonly<Record<string, string>>
  readFile(path: string): Promise<string>
  secret(name: string): Promise<Secret | undefined>
}

export interface Substituted {
  /** Every value in its place; a text with a reference that leads nowhere is `broken`. */
  readonly tree: Tree
  /** The files that were asked for, missing ones too, as `readFile` was given them. */
  readonly files: readonly string[]
  readonly mistakes: readonly Mistake[]
}

/**
 * Replaces `${NAME}`, `${file:PATH}` and `${secret:NAME}` in every text of the tree; `$${` is a literal `${`. What comes
 * in is not read again for further references. A file's last line end is left out. Values never show in a mistake.
 */
export async function substitute(tree: Tree, ports: SubstitutionPorts): Promise<Substituted> {
  const substitution = new Substitution(tree, ports)
  const result = await substitution.node(tree, [])
  return { tree: result, files: [...substitution.files], mistakes: substitution.mistakes }
}

type Found = { readonly text: string } | { readonly mistake: string; readonly nearest?: string | undefined }

class Substitution {
  readonly files = new Set<string>()
  readonly mistakes: Mistake[] = []
  readonly #root: Tree
  readonly #ports: SubstitutionPorts
  /** Each file is read and each secret opened once, so that all who name it see the same value. */
  readonly #found = new Map<string, Promise<Found>>()

  constructor(root: Tree, ports: SubstitutionPorts) {
    this.#root = root
    this.#ports = ports
  }

  async node(node: Tree, path: Path): Promise<Tree> {
    if (node.kind === 'scalar') return this.#scalar(node, path)
    if (node.kind === 'list') {
      const items: Tree[] = []
      for (const [index, item] of node.items.entries()) items.push(await this.node(item, [...path, index]))
      return { ...node, items }
    }
    const entries = new Map<string, Entry>()
    for (const [key, entry] of node.entries) {
      if (key.includes('${')) {
        this.mistakes.push(
          mistakeAtKey(this.#root, [...path, key], 'nothing is substituted in a key; write the name itself'),
        )
      }
      entries.set(key, { key: entry.key, value: await this.node(entry.value, [...path, key]) })
    }
    return { ...node, entries }
  }

  async #scalar(node: ScalarNode, path: Path): Promise<ScalarNode> {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node
    const pieces = piecesOf(node.value)
    const sources: Source[] = []
    const texts: string[] = []
    for (const piece of pieces) {
      if (piece.kind === 'env' || piece.kind === 'file' || piece.kind === 'secret') sources.push(piece)
      const text = await this.#text(piece, node.place.file, path)
      if (text !== undefined) texts.push(text)
    }
    if (texts.length < pieces.length) return { ...node, sources, broken: true }
    const text = texts.join('')
    const value = sources.some(({ kind }) => kind === 'secret') ? new Secret(text) : text
    return {
      ...node,
      value,
      sources,
      reread: pieces[0]?.kind === 'env' && pieces.length === 1 ? rereadScalar(text) : undefined,
    }
  }

  /** Undefined, and a mistake kept, where the piece leads nowhere. */
  async #text(piece: Piece, file: string, path: Path): Promise<string | undefined> {
    if (piece.kind === 'text') return piece.text
    if (piece.kind === 'broken') return this.#wrong(path, piece.message, formsOfReference, piece.nearest)
    const found = await this.#find(piece, file)
    return 'text' in found ? found.text : this.#wrong(path, found.mistake, [], found.nearest)
  }

  #find(reference: Reference, file: string): Promise<Found> {
    const name = reference.kind === 'file' ? beside(file, reference.name) : reference.name
    const id = `${reference.kind}:${name}`
    const known = this.#found.get(id)
    if (known !== undefined) return known
    const found = this.#look(reference.kind, name)
    this.#found.set(id, found)
    return found
  }

  async #look(kind: Reference['kind'], name: string): Promise<Found> {
    if (kind === 'env') return this.#environment(name)
    return kind === 'file' ? this.#file(name) : this.#secret(name)
  }

  #environment(name: string): Found {
    const { env } = this.#ports
    const text = Object.hasOwn(env, name) ? env[name] : undefined
    if (text !== undefined) return { text }
    const mistake = `the environment variable ${name} is not set`
    return { mistake, nearest: nearest(name, Object.keys(env)) }
  }

  async #file(path: string): Promise<Found> {
    this.files.add(path)
    try {
      const text = await this.#ports.readFile(path)
      return { text: text.replace(/\r?\n$/, '') }
    } catch (error) {
      const why = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${codeOf(error)})`
      return { mistake: `the file ${quoted(path)} ${why}` }
    }
  }

  async #secret(name: string): Promise<Found> {
    try {
      const secret = await this.#ports.secret(name)
      return secret === undefined ? { mistake: `no secret ${quoted(name)} is stored` } : { text: secret.reveal() }
    } catch (error) {
      return { mistake: `the secret ${quoted(name)} cannot be read (${codeOf(error)})` }
    }
  }

  #wrong(path: Path, message: string, allowed: readonly string[] = [], nearest?: string): undefined {
    this.mistakes.push(mistakeAt(this.#root, path, message, { allowed, nearest }))
  }
}

function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path)
}

/** `EACCES` and its like; an error without a code is named by its class, since its message may hold what was read. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
