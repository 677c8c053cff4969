import { type Entry, type Place, scalarNode, type Tree } from './tree.ts'
import { maxBytes, maxDepth } from './yaml.ts'

const lexeme =
  /[ \t\r\n]*(?:([{}[\],:])|("[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\x00-\x1f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![^ \t\r\n\]},]))/y

/**
 * The tree of a JSON text, the same that reading it as YAML gives but some ten times sooner: OpenAPI documents run to
 * megabytes, and a gateway reads them while calls wait. Undefined for all that isn't plainly good, which is then YAML's
 * to judge.
 */
export function readJsonTree(text: string, file: string): Tree | undefined {
  if (text.length > maxBytes || !/^[ \t\r\n]*\{/.test(text) || /\r(?!\n)/.test(text)) return undefined
  try {
    return new JsonTreeReader(text, file).document()
  } catch (error) {
    if (error instanceof NotPlainJson) return undefined
    throw error
  }
}

class NotPlainJson extends Error {}

type Token =
  | { readonly kind: 'mark'; readonly mark: string; readonly place: Place }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null; readonly place: Place }
  | { readonly kind: 'end' }

class JsonTreeReader {
  readonly #text: string
  readonly #file: string
  #at = 0
  #line = 1
  #lineStart = 0
  #lineEnd: number

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    this.#lineEnd = this.#lineEndFrom(0)
  }

  document(): Tree {
    const tree = this.#value(this.#next(), 0)
    if (this.#next().kind !== 'end') throw new NotPlainJson()
    return tree
  }

  #value(token: Token, depth: number): Tree {
    if (token.kind === 'value') return scalarNode(token.value, token.place)
    if (token.kind === 'end' || depth >= maxDepth) throw new NotPlainJson()
    if (token.mark === '{') return this.#map(token.place, depth + 1)
    if (token.mark === '[') return this.#list(token.place, depth + 1)
    throw new NotPlainJson()
  }

  #map(place: Place, depth: number): Tree {
    const entries = new Map<string, Entry>()
    for (let token = this.#next(); entries.size > 0 || !isMark(token, '}'); token = this.#next()) {
      const key = token.kind === 'value' ? token.value : undefined
      if (typeof key !== 'string' || entries.has(key) || key === '__proto__' || key === '<<') throw new NotPlainJson()
      if (!isMark(this.#next(), ':') || token.kind !== 'value') throw new NotPlainJson()
      entries.set(key, { key: token.place, value: this.#value(this.#next(), depth) })
      if (this.#closes('}')) break
    }
    return { kind: 'map', entries, place, replaces: false }
  }

  #list(place: Place, depth: number): Tree {
    const items: Tree[] = []
    for (let token = this.#next(); items.length > 0 || !isMark(token, ']'); token = this.#next()) {
      items.push(this.#value(token, depth))
      if (this.#closes(']')) break
    }
    return { kind: 'list', items, place }
  }

  /** Steps over the closing bracket (true) or a comma (false). */
  #closes(bracket: string): boolean {
    const token = this.#next()
    if (isMark(token, bracket)) return true
    if (isMark(token, ',')) return false
    throw new NotPlainJson()
  }

  #next(): Token {
    lexeme.lastIndex = this.#at
    const found = lexeme.exec(this.#text)
    if (found === null) {
      if (/[^ \t\r\n]/.test(this.#text.slice(this.#at))) throw new NotPlainJson()
      return { kind: 'end' }
    }
    this.#at = lexeme.lastIndex
    const [, mark, string, other] = found
    const written = mark ?? string ?? other ?? ''
    const place = this.#place(this.#at - written.length)
    return mark === undefined ? { kind: 'value', value: JSON.parse(written), place } : { kind: 'mark', mark, place }
  }

  /** Offsets only ever grow, so each line end is passed once. */
  #place(offset: number): Place {
    while (this.#lineEnd < offset) {
      this.#lineStart = this.#lineEnd + 1
      this.#lineEnd = this.#lineEndFrom(this.#lineStart)
      this.#line += 1
    }
    return { file: this.#file, line: this.#line, column: offset - this.#lineStart + 1 }
  }

  #lineEndFrom(start: number): number {
    const end = this.#text.indexOf('\n', start)
    return end === -1 ? this.#text.length : end
  }
}

function isMark(token: Token, mark: string): boolean {
  return token.kind === 'mark' && token.mark === mark
}
