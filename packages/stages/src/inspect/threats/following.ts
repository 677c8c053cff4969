import { remembered } from '@sallyport/core'

/** What is told apart: the characters of ASCII, all others as one, and the end of a text. */
export const [beyondAscii, endOfText, toldApart] = [128, 129, 130]

type Node =
  | { readonly kind: 'set'; readonly has: Uint8Array }
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'one'; readonly of: readonly Node[] }
  | { readonly kind: 'times'; readonly least: number; readonly most: number; readonly of: Node }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'behind'; readonly of: Node }
  | { readonly kind: 'asserted'; readonly of: Node }

const nothing: Node = { kind: 'all', of: [] }
const assertion = /\(\?(=|!|<=|<!)/y
const quantifier = /\?|\*|\+|\{(\d+)(?:(,)(\d*))?\}/y
const atom = /\[(?:\\.|[^\]\\])*\]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|[^()|]/sy

/** The characters that one atom stands for. What it repeats of the text before may be any. */
const setOf = remembered((text: string): Uint8Array => {
  if (/^\\[1-9]$/.test(text)) return new Uint8Array(toldApart).fill(1)
  const whole = new RegExp(`^${text}$`, 's')
  const has = Uint8Array.from({ length: toldApart }, (_, code) => (whole.test(String.fromCharCode(code)) ? 1 : 0))
  has[beyondAscii] = /\\u|[^ -~]/.test(text) || whole.test('\u2019') ? 1 : 0
  has[endOfText] = 0
  return has
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
    const asserts = this.#taken(assertion)?.[1]
    if (asserts === undefined) this.#at += this.#source.startsWith('(?:', this.#at) ? 3 : 1
    const of = this.alternatives()
    this.#at++
    if (asserts === undefined) return of
    return { kind: asserts === '<=' ? 'behind' : 'asserted', of }
  }

  #single(): Node {
    const text = this.#taken(atom)?.[0]
    if (text === undefined) throw new Error(`cannot read ${this.#source} at ${this.#at}`)
    if (text === '^') return { kind: 'begin' }
    if (text === '$') return { kind: 'end' }
    if (text === '\\b') return nothing
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
  } else for (let code = 0; code < toldApart; code++) if (has[code] === 1) may[code] = 1
}

function walkAll(nodes: readonly Node[], taken: number, then: Then, search: Search): void {
  const [first, ...rest] = nodes
  if (first === undefined) then(taken)
  else walk(first, taken, reached => walkAll(rest, reached, then, search), search)
}

function walk(node: Node, taken: number, then: Then, search: Search): void {
  if (node.kind === 'set') walkSet(node.has, taken, then, search)
  else if (node.kind === 'end') {
    if (taken === search.begin.length) search.may[endOfText] = 1
  } else if (node.kind === 'all') walkAll(node.of, taken, then, search)
  else if (node.kind === 'one') for (const each of node.of) walk(each, taken, then, search)
  else if (node.kind !== 'times') then(taken)
  else {
    if (node.least === 0) then(taken)
    if (node.most === 0) return
    const rest: Node = { ...node, least: Math.max(0, node.least - 1), most: node.most - 1 }
    walk(node.of, taken, reached => (reached > taken ? walk(rest, reached, then, search) : then(reached)), search)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

/** The longest text that a node matches. */
function longest(node: Node): number {
  if (node.kind === 'set') return 1
  if (node.kind === 'all') return sum(node.of.map(longest))
  if (node.kind === 'one') return Math.max(...node.of.map(longest))
  return node.kind === 'times' ? node.most * longest(node.of) : 0
}

/** How far from its beginning a text has to end for a node to match up to there: a beginning that it asks for bounds it. */
function bound(node: Node): number {
  if (node.kind === 'begin') return 0
  if (node.kind === 'one') return Math.max(...node.of.map(bound))
  if (node.kind === 'times') return node.least > 0 ? bound(node.of) : Number.POSITIVE_INFINITY
  if (node.kind !== 'all') return Number.POSITIVE_INFINITY
  return Math.min(...node.of.map((each, i) => bound(each) + sum(node.of.slice(i + 1).map(longest))))
}

function farthestOf(node: Node): number {
  if (node.kind === 'begin') return 0
  if (node.kind === 'behind') return bound(node.of)
  if (node.kind === 'one') return Math.max(...node.of.map(farthestOf))
  if (node.kind === 'times') return node.least > 0 ? farthestOf(node.of) : Number.POSITIVE_INFINITY
  return node.kind === 'all' ? Math.min(Number.POSITIVE_INFINITY, ...node.of.map(farthestOf)) : Number.POSITIVE_INFINITY
}

/** How many characters a node's repetitions may walk over, those of all alternatives and of what is looked at around it. */
function walked(node: Node): number {
  if (node.kind === 'set' || node.kind === 'begin' || node.kind === 'end') return 0
  if (node.kind === 'all' || node.kind === 'one') return sum(node.of.map(walked))
  if (node.kind === 'times' && node.most > 1) return node.most * longest(node.of)
  return walked(node.of)
}

/** What is known of a pattern before it is tried. */
export interface Outline {
  /** The last place in a text at which it may match: most that ask for the beginning do so in the first few characters. */
  readonly farthest: number
  /** About how many characters a try walks over at most. */
  readonly effort: number
}

export function outlineOf(pattern: string): Outline {
  const node = new Reader(pattern).alternatives()
  return { farthest: farthestOf(node), effort: walked(node) }
}

/**
 * Which characters may follow a text where a pattern matches from that text on: 1 for each that may, by its code. What looks
 * ahead or behind counts as true, so it is never said too little. Behind those of ASCII stand all others, and the end of the text.
 */
export function followingIn(pattern: string): (begin: string) => Uint8Array {
  const node = new Reader(pattern).alternatives()
  return begin => {
    const may = new Uint8Array(toldApart)
    walk(node, 0, () => may.fill(1), { begin, may })
    return may
  }
}
