import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { readJsonTree } from './json.ts'
import { inOrder, type Mistake } from './mistake.ts'
import {
  type Entry,
  type ListNode,
  type MapNode,
  type Path,
  type Place,
  pathText,
  quoted,
  scalarNode,
  type Tree,
} from './tree.ts'
import { parseYaml } from './yaml.ts'

/** A tree, or all that keeps a text from being one. */
export type ReadResult = { readonly tree: Tree } | { readonly mistakes: readonly Mistake[] }

/** How many parts aliases may repeat, so that a small file can't stand for a huge one. */
const maxRepeated = 100_000

/**
 * Reads one YAML 1.2 or JSON text of at most 10 MiB: the core schema (`no` and `on` are text), every key a text and
 * there once, no tags of one's own, no merge keys. An empty text is an empty map. `file` names it in places.
 */
export function readDocument(text: string, file: string): ReadResult {
  const json = readJsonTree(text, file)
  if (json !== undefined) return { tree: json }
  const { root, placeAt, mistakes } = parseYaml(text, file)
  if (mistakes.length > 0) return { mistakes }
  const maker = new TreeMaker(placeAt)
  const tree = root === null || isEmptyText(root) ? emptyMap(placeAt(0)) : maker.node(root, [], placeAt(0))
  return maker.mistakes.length > 0 ? { mistakes: inOrder(maker.mistakes) } : { tree }
}

function isEmptyText(root: Node): boolean {
  return isScalar(root) && root.value === null && root.source === ''
}

function emptyMap(place: Place): MapNode {
  return { kind: 'map', entries: new Map(), place, replaces: false }
}

/** What an anchor stands for: undefined while it is still being read, so that it can't hold itself. */
type Anchor = { readonly tree: Tree; readonly size: number } | undefined

class TreeMaker {
  readonly mistakes: Mistake[] = []
  readonly #placeAt: (offset: number) => Place
  readonly #anchors = new Map<string, Anchor>()
  #made = 0
  #repeated = 0

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt
  }

  /** `above` is where to point for what has no place of its own. */
  node(node: Node, path: Path, above: Place): Tree {
    const place = node.range ? this.#placeAt(node.range[0]) : above
    if (isAlias(node)) return this.#alias(node.source, path, place)
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined
    if (anchor === undefined) return this.#plain(node, path, place)
    const before = this.#made + this.#repeated
    this.#anchors.set(anchor, undefined)
    const tree = this.#plain(node, path, place)
    this.#anchors.set(anchor, { tree, size: this.#made + this.#repeated - before })
    return tree
  }

  #plain(node: Node, path: Path, place: Place): Tree {
    this.#made += 1
    if (isMap(node)) return this.#map(node, path, place)
    if (isSeq(node)) return this.#list(node, path, place)
    if (isScalar(node)) return this.#scalar(node, path, place)
    return this.#wrong(path, place, 'this is no YAML value')
  }

  #scalar({ value }: Scalar, path: Path, place: Place): Tree {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
      return scalarNode(value, place)
    }
    return this.#wrong(path, place, 'this is neither text, a number, true, false nor null')
  }

  #list(node: YAMLSeq, path: Path, place: Place): ListNode {
    const items = node.items.map((item, index) => this.#child(item, [...path, index], place))
    return { kind: 'list', items, place }
  }

  #map(node: YAMLMap, path: Path, place: Place): MapNode {
    const entries = new Map<string, Entry>()
    for (const pair of node.items) this.#entry(pair, entries, path, place)
    return { kind: 'map', entries, place, replaces: false }
  }

  #entry(pair: Pair, entries: Map<string, Entry>, path: Path, above: Place): void {
    const key = this.#key(pair.key, path, above)
    if (key === undefined) return
    const at = [...path, key.text]
    const value = this.#child(pair.value, at, key.place)
    const earlier = entries.get(key.text)
    if (earlier === undefined) entries.set(key.text, { key: key.place, value })
    else this.#wrong(at, key.place, `the key ${quoted(key.text)} stands twice, first on line ${earlier.key.line}`)
  }

  #key(key: unknown, path: Path, above: Place): { text: string; place: Place } | undefined {
    const place = isNode(key) && key.range ? this.#placeAt(key.range[0]) : above
    const text = isScalar(key) ? keyText(key) : undefined
    if (text === undefined) {
      this.#wrong(path, place, 'a key must be a single text')
    } else if (text === '__proto__' || text === '<<') {
      const why = text === '<<' ? 'merge keys are not part of YAML 1.2; write the keys out' : 'this key is not accepted'
      this.#wrong([...path, text], place, why)
    } else {
      return { text, place }
    }
    return undefined
  }

  #child(node: unknown, path: Path, above: Place): Tree {
    if (isAlias(node) || isMap(node) || isSeq(node) || isScalar(node)) return this.node(node, path, above)
    return scalarNode(null, above)
  }

  #alias(name: string, path: Path, place: Place): Tree {
    if (!this.#anchors.has(name)) return this.#wrong(path, place, `no anchor ${quoted(name)} stands before this alias`)
    const anchor = this.#anchors.get(name)
    if (anchor === undefined) return this.#wrong(path, place, `the anchor ${quoted(name)} would hold itself`)
    const before = this.#repeated
    this.#repeated += anchor.size
    if (this.#repeated <= maxRepeated) return anchor.tree
    if (before <= maxRepeated) this.#wrong(path, place, `aliases repeat more than ${maxRepeated} parts`)
    return scalarNode(null, place)
  }

  #wrong(path: Path, place: Place, message: string): Tree {
    this.mistakes.push({ ...place, path: pathText(path), message })
    return scalarNode(null, place)
  }
}

/** `200` and `true` are keys as they are written, as in JSON; undefined for an empty key. */
function keyText({ value, source }: Scalar): string | undefined {
  if (typeof value === 'string') return value
  return source === '' ? undefined : source
}
