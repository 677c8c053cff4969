import { remembered } from '@sallyport/core'

/** How many characters are told apart; all others count as the last one. */
export const toldApart = 129

type Node =
  | { readonly kind: 'set'; readonly has: Uint8Array }
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'one'; readonly of: readonly Node[] }
  | { readonly kind: 'times'; readonly least: number; readonly most: number; readonly of: Node }

const nothing: Node = { kind: 'all', of: [] }
const assertion = /\(\?(?:=|!|<=|<!)/y
const quantifier = /\?|\*|\+|\{(\d+)(?:(,)(\d*))?\}/y
const atom = /\[(?:\\.|[^\]\\])*\]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|[^()|]/sy

/** The characters that one atom stands for. What it repeats of the text before may be any. */
const setOf = remembered((text: string): Uint8Array => {
  if (/^\\[1-9]$/.test(text)) return new Uint8Array(toldApart).fill(1)
  const whole = new RegExp(`^${text}$`, 's')
  return Uint8Array.from({ length: toldApart }, (_, code) => (whole.test(String.fromCharCode(code)) ? 1 : 0))
})

/** Reads a regular expression so far as to say what it may begin with. */
class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  alternatives(): Node {
    const of = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      of.push(this.#sequence())
    }
    return { kind: 'one', of }
  }

  #taken(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found !== null) this.#at = pattern.lastIndex
    return found
  }

  #sequence(): Node {
    const of: Node[] = []
    for (
      let next = this.#source[this.#at];
      next !== undefined && next !== '|' && next !== ')';
      next = this.#source[this.#at]
    )
      of.push(this.#repeated(next === '(' ? this.#group() : this.#single()))
    return { kind: 'all', of }
  }

  #group(): Node {
    const asserts = this.#taken(assertion) !== null
    if (!asserts) this.#at += this.#source.startsWith('(?:', this.#at) ? 3 : 1
    const inside = this.alternatives()
    this.#at++
    return asserts ? nothing : inside
  }

  #single(): Node {
    const text = this.#taken(atom)?.[0]
    if (text === undefined) throw new Error(`cannot read ${this.#source} at ${this.#at}`)
    if (text === '^' || text === '$' || text === '\\b') return nothing
    return { kind: 'set', has: setOf(text) }
  }

  #repeated(of: Node): Node {
    const found = this.#taken(quantifier)
    if (found === null) return of
    const [text, least, comma, most] = found
    if (text === '?') return { kind: 'times', least: 0, most: 1, of }
    if (text === '*' || text === '+')
      return { kind: 'times', least: text === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY, of }
    const many = comma === undefined ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most)
    return { kind: 'times', least: Number(least), most: many, of }
  }
}

/** What a walk through a pattern looks for, and what it has found. */
interface Search {
  readonly begin: string
  readonly may: Uint8Array
}

type Then = (taken: number) => void

function walkSet(has: Uint8Array, taken: number, then: Then, { begin, may }: Search): void {
  if (taken < begin.length) {
    if (has[begin.charCodeAt(taken)] === 1) then(taken + 1)
  } else for (let code = 0; code < 128; code++) if (has[code] === 1) may[code] = 1
}

function walkAll(nodes: readonly Node[], taken: number, then: Then, search: Search): void {
  const [first, ...rest] = nodes
  if (first === undefined) then(taken)
  else walk(first, taken, reached => walkAll(rest, reached, then, search), search)
}

function walk(node: Node, taken: number, then: Then, search: Search): void {
  if (node.kind === 'set') walkSet(node.has, taken, then, search)
  else if (node.kind === 'all') walkAll(node.of, taken, then, search)
  else if (node.kind === 'one') for (const each of node.of) walk(each, taken, then, search)
  else {
    if (node.least === 0) then(taken)
    if (node.most === 0) return
    const rest: Node = { ...node, least: Math.max(0, node.least - 1), most: node.most - 1 }
    walk(node.of, taken, reached => (reached > taken ? walk(rest, reached, then, search) : then(reached)), search)
  }
}

/**
 * Which characters may follow a text where a pattern matches from that text on: 1 for each that may, by its code. What looks
 * ahead or behind counts as true, so it is never said too little. The last entry stands for the characters beyond ASCII and
 * for the end of the text.
 */
export function followingIn(pattern: string): (begin: string) => Uint8Array {
  const node = new Reader(pattern).alternatives()
  return begin => {
    const may = new Uint8Array(toldApart)
    may[toldApart - 1] = 1
    walk(node, 0, () => may.fill(1), { begin, may })
    return may
  }
}
