import type { Secret } from '@sallyport/core'

/** Where something was written. Line and column count from 1; a column counts UTF-16 units, as editors do. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What a substitution took a value from: an environment variable, a file or a stored secret, by name. */
export interface Source {
  readonly kind: 'env' | 'file' | 'secret'
  readonly name: string
}

export interface ScalarNode {
  readonly kind: 'scalar'
  /** A text that holds a stored secret is a `Secret`, so that a tree can be shown. */
  readonly value: string | number | boolean | null | Secret
  readonly place: Place
  /** Empty where the value stands in the file as it is. */
  readonly sources: readonly Source[]
  /** What the text of an environment variable means as YAML, where that is no text: `8080` for `${PORT}`. */
  readonly reread: number | boolean | undefined
  /** A reference in it leads nowhere, which is a mistake already: nothing more can be said about its value. */
  readonly broken: boolean
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly place: Place
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly place: Place
  /** It took the place of a scalar or a list, so what stood before that one is gone too. */
  readonly replaces: boolean
}

export interface Entry {
  readonly key: Place
  readonly value: Tree
}

/** A file's content with the place of every part. Immutable; parts may be shared (aliases). */
export type Tree = ScalarNode | ListNode | MapNode

/** Keys and indexes from the root: `['apis', 'warehouse', 'limit']`. */
export type Path = readonly (string | number)[]

export function scalarNode(value: ScalarNode['value'], place: Place): ScalarNode {
  return { kind: 'scalar', value, place, sources: [], reread: undefined, broken: false }
}

/** The part at `path`; undefined where there is none. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  let node: Tree | undefined = tree
  for (const key of path) node = node && childOf(node, key)
  return node
}

function childOf(node: Tree, key: string | number): Tree | undefined {
  if (node.kind === 'map') return node.entries.get(String(key))?.value
  return node.kind === 'list' && typeof key === 'number' ? node.items[key] : undefined
}

/**
 * Where to point for the part at `path`: a scalar itself, the key of a map or list, the item of a list.
 * Where there is no such part, the nearest one above it.
 */
export function placeOf(tree: Tree, path: Path): Place {
  let node = tree
  let place = tree.place
  for (const key of path) {
    const child = childOf(node, key)
    if (child === undefined) return place
    const entry = node.kind === 'map' ? node.entries.get(String(key)) : undefined
    place = entry !== undefined && child.kind !== 'scalar' ? entry.key : child.place
    node = child
  }
  return place
}

/** `apis.warehouse.operations["GET /items"].limit[0]`; empty for the root. */
export function pathText(path: Path): string {
  const text = path.map(key => {
    if (typeof key === 'number') return `[${key}]`
    return /^[\w-]+$/.test(key) ? `.${key}` : `[${quoted(key)}]`
  })
  return text.join('').replace(/^\./, '')
}

/** The text in JSON's quotes, printable. */
export function quoted(text: string): string {
  return printable(JSON.stringify(text))
}

/** Escapes what could change how a terminal shows the rest of a line: controls, line ends, marks of direction. */
export function printable(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
