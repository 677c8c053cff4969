import { beyondAscii, endOfText, followingIn, outlineOf, toldApart } from './following.ts'
import type { Family, Level, Place, Rule } from './rule.ts'

export interface Finding {
  readonly family: string
  /** The name of the rule. */
  readonly rule: string
  readonly level: Level
  /** Where in the text as it was read, in characters. */
  readonly at: number
}

/** What may still be done for a value: see where it is given. */
export interface Effort {
  left: number
}

export type Matcher = (text: string, where: Place, effort: Effort) => Finding | undefined

const letter = 1
const mark = 2
const kinds = Uint8Array.from({ length: 256 }, (_, unit) => {
  if ((unit >= 0x61 && unit <= 0x7a) || unit === 0x5f) return letter
  return unit >= 0x30 && unit <= 0x39 ? 0 : mark
})
const kindOf = (unit: number): number => (unit < 256 ? (kinds[unit] ?? 0) : 0)

const costOfCharacter = 2
const costOfLook = 8
/** Of each rule that might begin where one does. */
const costOfRule = 1
const costOfTry = 30
const costOfRepeated = 1 / 6
const space = 0x20

const slots = 1 << 14
const startHash = 17
const stepHash = (hash: number, unit: number): number => (Math.imul(hash, 31) + unit) | 0
const slotOf = (hash: number): number => (hash ^ (hash >>> 14)) & (slots - 1)
const pairOf = (first: number, second: number): number => ((first << 7) ^ second) & (slots - 1)

function hashOf(word: string): number {
  let hash = startHash
  for (let i = 0; i < word.length; i++) hash = stepHash(hash, word.charCodeAt(i))
  return hash
}

interface Begun {
  readonly family: string
  readonly rule: Rule
  readonly pattern: RegExp | undefined
  readonly before: Uint8Array
  readonly farthest: number
  readonly cost: number
  readonly following: (begin: string) => Uint8Array
}

/** A rule, and what may follow the text that it begins with. */
interface Trial extends Begun {
  readonly next: Uint8Array
  /** The same behind a space that follows. */
  readonly behindSpace: Uint8Array
}

/** All rules that begin with one text. */
interface Trials {
  readonly begin: string
  readonly rules: readonly Trial[]
  readonly next: Uint8Array
  readonly behindSpace: Uint8Array
  readonly before: Uint8Array
}

/** The entry of a table for a character; at the ends of the text there is none. */
const entryOf = (unit: number): number => (unit < 128 ? unit : unit >= 128 ? beyondAscii : endOfText)

const united = (tables: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from({ length: toldApart }, (_, code) => (tables.some(table => table[code] === 1) ? 1 : 0))

function beforeOf(after: string | undefined): Uint8Array {
  const before = new Uint8Array(toldApart).fill(after === undefined ? 1 : 0)
  for (const character of after ?? '') before[character === '^' ? endOfText : character.charCodeAt(0)] = 1
  return before
}

type Slots = readonly (readonly Trials[] | undefined)[]
type Kind = 'words' | 'beginnings' | 'marks' | 'pairs'

const allowed = /^(?:[a-z_][a-z_0-9.+-]{0,40}|[^a-z_0-9].?|[a-z_]{2}~)$/s

/** Where the walk comes upon what a rule begins with. */
function slotFor(at: string): { readonly kind: Kind; readonly slot: number; readonly begin: string } {
  if (!allowed.test(at)) throw new Error(`no rule can begin at ${at}`)
  const pair = pairOf(at.charCodeAt(0), at.charCodeAt(1))
  if (at.endsWith('~') && at.length === 3) return { kind: 'beginnings', slot: pair, begin: at.slice(0, 2) }
  const word = /^[a-z_]+/.exec(at)?.[0]
  if (word !== undefined) return { kind: 'words', slot: slotOf(hashOf(word)), begin: at }
  return at.length === 1
    ? { kind: 'marks', slot: at.charCodeAt(0), begin: at }
    : { kind: 'pairs', slot: pair, begin: at }
}

function indexOf(families: readonly Family[], level: Level): Readonly<Record<Kind, Slots>> {
  const found = new Map<string, { kind: Kind; slot: number; begin: string; rules: Begun[] }>()
  for (const { name, rules } of families)
    for (const rule of rules) {
      if (rule.level > level) continue
      const { farthest, effort } = outlineOf(rule.pattern ?? '')
      const begun = {
        ...{ farthest, cost: costOfTry + effort * costOfRepeated },
        family: name,
        rule,
        pattern: rule.pattern === undefined ? undefined : new RegExp(rule.pattern, 'y'),
        before: beforeOf(rule.after),
        following: followingIn(rule.pattern ?? ''),
      }
      for (const at of new Set(rule.at)) {
        const place = slotFor(at)
        const here = found.get(place.kind + at) ?? { ...place, rules: [] }
        here.rules.push(begun)
        found.set(place.kind + at, here)
      }
    }
  const empty = (): Trials[][] => new Array(slots)
  const index = { words: empty(), beginnings: empty(), marks: empty(), pairs: empty() }
  for (const { kind, slot, begin, rules } of found.values()) {
    const trials = rules.map(each => ({
      ...each,
      next: each.following(begin),
      behindSpace: each.following(`${begin} `),
    }))
    const either = {
      next: united(trials.map(each => each.next)),
      behindSpace: united(trials.map(each => each.behindSpace)),
      before: united(trials.map(each => each.before)),
    }
    index[kind][slot] = [...(index[kind][slot] ?? []), { begin, rules: trials, ...either }]
  }
  return index
}

/** The character before a place, a space aside. */
function unitBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1)
  return unit === space ? text.charCodeAt(at - 2) : unit
}

type Around = Pick<Trial, 'next' | 'behindSpace' | 'before'>

const mayMatch = ({ next, behindSpace, before }: Around, follows: number, behind: number, precedes: number): boolean =>
  next[follows] === 1 && before[precedes] === 1 && (behind < 0 || behindSpace[behind] === 1)

/** Which slots hold something, in a table so small that it stays at hand: most of a text goes no further. */
const filled = (slots: Slots): Uint8Array =>
  Uint8Array.from({ length: slots.length }, (_, i) => (slots[i] === undefined ? 0 : 1))

/** Tries what may begin in a text from `at` to `end`, where the walk has read a word or a mark. */
function tried(
  here: readonly Trials[] | undefined,
  text: string,
  at: number,
  end: number,
  where: Place,
  effort: Effort,
) {
  if (here === undefined) return undefined
  for (const all of here) {
    const after = at + all.begin.length
    if (after < end) continue
    const follows = entryOf(text.charCodeAt(after))
    effort.left -= costOfLook
    if (all.next[follows] !== 1) continue
    const behind = follows === space ? entryOf(text.charCodeAt(after + 1)) : -1
    const precedes = entryOf(unitBefore(text, at))
    if (!mayMatch(all, follows, behind, precedes) || !text.startsWith(all.begin, at)) continue
    effort.left -= all.rules.length * costOfRule
    for (const each of all.rules) {
      if (at > each.farthest || !mayMatch(each, follows, behind, precedes)) continue
      const { family, rule, pattern } = each
      if (rule.in !== undefined && !rule.in.includes(where)) continue
      effort.left -= each.cost
      if (pattern !== undefined) pattern.lastIndex = at
      if (pattern === undefined || pattern.test(text)) return { family, rule: rule.name, level: rule.level, at }
    }
  }
  return undefined
}

/** One walk over a text that tries each rule where it may begin, and nowhere else; of a run of one mark at its ends only. Ends when the effort is spent. */
export function matcherOf(families: readonly Family[], level: Level): Matcher {
  const { words, beginnings, marks, pairs } = indexOf(families, level)
  const [inWords, inBeginnings, inPairs] = [filled(words), filled(beginnings), filled(pairs)]
  return (text, where, effort) => {
    effort.left -= text.length * costOfCharacter
    for (let i = 0; i < text.length && effort.left >= 0; i++) {
      const unit = text.charCodeAt(i)
      const kind = kindOf(unit)
      if (kind === 0) continue
      if (kind === mark) {
        if (unit === text.charCodeAt(i - 1) && unit === text.charCodeAt(i + 1)) continue
        const pair = pairOf(unit, text.charCodeAt(i + 1))
        const found =
          tried(marks[unit], text, i, i + 1, where, effort) ??
          (inPairs[pair] === 1 ? tried(pairs[pair], text, i, i + 2, where, effort) : undefined)
        if (found !== undefined) return found
        continue
      }
      const start = i
      let hash = stepHash(startHash, unit)
      for (let next = text.charCodeAt(i + 1); kindOf(next) === letter; next = text.charCodeAt(i + 1)) {
        hash = stepHash(hash, next)
        i++
      }
      const [word, pair] = [slotOf(hash), pairOf(unit, text.charCodeAt(start + 1))]
      const found =
        (inWords[word] === 1 ? tried(words[word], text, start, i + 1, where, effort) : undefined) ??
        (i > start && inBeginnings[pair] === 1
          ? tried(beginnings[pair], text, start, start + 2, where, effort)
          : undefined)
      if (found !== undefined) return found
    }
    return undefined
  }
}
