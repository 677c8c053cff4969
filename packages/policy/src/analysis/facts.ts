import { onceEach } from '@sallyport/core'
import { isList, isNode } from '../compile/node.ts'
import { IpRange } from '../extensions/ip.ts'
import type { Literal } from '../logic/literals.ts'
import type { Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import { constantIn, measured } from './pure.ts'

/** What a condition says of one term, which is an expression that names variables. */
export type Fact =
  /** It is one of these. */
  | { readonly says: 'among'; readonly values: readonly Value[] }
  | { readonly says: 'not'; readonly value: Value }
  /** It is counted in a kind of whole numbers, and lies between; undefined is without end. */
  | {
      readonly says: 'between'
      readonly kind: string
      readonly low: bigint | undefined
      readonly high: bigint | undefined
    }
  /** It is an entity of this type. */
  | { readonly says: 'type'; readonly type: string; readonly wanted: boolean }
  /** It is a set with all of these. */
  | { readonly says: 'holds'; readonly values: readonly Value[] }
  /** It is a set with none of these. */
  | { readonly says: 'lacks'; readonly values: readonly Value[] }
  /** It is a set with, or without, one of these at least. */
  | { readonly says: 'holds some'; readonly values: readonly Value[] }
  | { readonly says: 'lacks some'; readonly values: readonly Value[] }
  | { readonly says: 'empty'; readonly wanted: boolean }
  | { readonly says: 'in range'; readonly ranges: readonly IpRange[]; readonly wanted: boolean }

export interface Said {
  /** One text for each term. */
  readonly term: string
  readonly fact: Fact
}

const textOfObject = onceEach((json: object) => JSON.stringify(json))

export const termOf = (json: unknown): string =>
  typeof json === 'object' && json !== null ? textOfObject(json) : JSON.stringify(json)

type Comparison = '<' | '<=' | '>' | '>='

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const
const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

const comparisons: Readonly<Record<string, Comparison>> = {
  ...{ '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
  ...{ lessThan: '<', lessThanOrEqual: '<=', greaterThan: '>', greaterThanOrEqual: '>=' },
}

function bounded(term: unknown, comparison: Comparison, value: Value): readonly Said[] {
  const { kind, count } = measured(value) ?? {}
  if (kind === undefined || count === undefined) return []
  const upwards = comparison.startsWith('>')
  const edge = comparison.endsWith('=') ? count : upwards ? count + 1n : count - 1n
  const fact: Fact = { says: 'between', kind, low: upwards ? edge : undefined, high: upwards ? undefined : edge }
  return [{ term: termOf(term), fact }]
}

/** Both operands of a form, whichever way it is written. */
function operandsOf(inside: unknown): readonly [left: unknown, right: unknown] | undefined {
  if (isList(inside)) return inside.length === 2 ? [inside[0], inside[1]] : undefined
  return isNode(inside) && Object.hasOwn(inside, 'left') && Object.hasOwn(inside, 'right')
    ? [inside.left, inside.right]
    : undefined
}

function compared(comparison: Comparison, left: unknown, right: unknown): readonly Said[] {
  const [a, b] = [constantIn(left), constantIn(right)]
  if (a === undefined && b !== undefined) return bounded(left, comparison, b)
  if (a !== undefined && b === undefined) return bounded(right, mirrored[comparison], a)
  return []
}

function equalled(left: unknown, right: unknown, wanted: boolean): readonly Said[] {
  const [a, b] = [constantIn(left), constantIn(right)]
  const [term, value] = a === undefined ? [left, b] : [right, b === undefined ? a : undefined]
  if (value === undefined) return []
  return [{ term: termOf(term), fact: wanted ? { says: 'among', values: [value] } : { says: 'not', value } }]
}

const valuesIn = (json: unknown): readonly Value[] | undefined => {
  const value = constantIn(json)
  return value instanceof ValueSet ? value.values : undefined
}

function contained(left: unknown, right: unknown, wanted: boolean): readonly Said[] {
  const [among, value] = [valuesIn(left), constantIn(right)]
  if (value !== undefined && among === undefined)
    return [{ term: termOf(left), fact: { says: wanted ? 'holds' : 'lacks', values: [value] } }]
  if (among === undefined || value !== undefined) return []
  const term = termOf(right)
  if (wanted) return [{ term, fact: { says: 'among', values: among } }]
  return among.map(each => ({ term, fact: { says: 'not', value: each } }))
}

/** `containsAll` and `containsAny` of what a set must hold, or not. */
function containedEach(says: 'holds' | 'holds some', left: unknown, right: unknown, wanted: boolean): readonly Said[] {
  const values = valuesIn(right)
  if (values === undefined || constantIn(left) !== undefined) return []
  const others = says === 'holds' ? 'lacks some' : 'lacks'
  return [{ term: termOf(left), fact: { says: wanted ? says : others, values } }]
}

const ranges = {
  isIpv4: ['0.0.0.0/0'],
  isIpv6: ['::/0'],
  isLoopback: ['127.0.0.0/8', '::1'],
  isMulticast: ['224.0.0.0/4', 'ff00::/8'],
} as const

const isRanges = (name: string): name is keyof typeof ranges => Object.hasOwn(ranges, name)

function ranged(term: unknown, all: readonly IpRange[], wanted: boolean): readonly Said[] {
  return constantIn(term) === undefined ? [{ term: termOf(term), fact: { says: 'in range', ranges: all, wanted } }] : []
}

function rangedIn(left: unknown, right: unknown, wanted: boolean): readonly Said[] {
  const range = constantIn(right)
  return range instanceof IpRange ? ranged(left, [range], wanted) : []
}

type Say = (left: unknown, right: unknown, wanted: boolean) => readonly Said[]

const says: ReadonlyMap<string, Say> = new Map<string, Say>([
  ['==', equalled],
  ['!=', (left, right, wanted) => equalled(left, right, !wanted)],
  ['contains', contained],
  ['containsAll', (left, right, wanted) => containedEach('holds', left, right, wanted)],
  ['containsAny', (left, right, wanted) => containedEach('holds some', left, right, wanted)],
  ['isInRange', rangedIn],
  ...Object.entries(comparisons).map(([name, comparison]): [string, Say] => [
    name,
    (left, right, wanted) => compared(wanted ? comparison : opposite[comparison], left, right),
  ]),
])

const reordered = (name: '<' | '==', left: unknown, right: unknown, wanted: boolean): Literal => ({
  json: { [name]: { left, right } },
  wanted,
})

/** The same condition in one form, whichever way it is written. */
const forms: Readonly<Record<string, (left: unknown, right: unknown, wanted: boolean) => Literal>> = {
  '>=': (left, right, wanted) => reordered('<', left, right, !wanted),
  '>': (left, right, wanted) => reordered('<', right, left, wanted),
  '<=': (left, right, wanted) => reordered('<', right, left, !wanted),
  '!=': (left, right, wanted) => inOrder(left, right, !wanted),
  '==': (left, right, wanted) => inOrder(left, right, wanted),
}

const inOrder = (left: unknown, right: unknown, wanted: boolean) =>
  termOf(left) <= termOf(right) ? reordered('==', left, right, wanted) : reordered('==', right, left, wanted)

function ownFact(literal: Literal, name: string, operands: readonly [unknown, unknown] | undefined): Said {
  const { json, wanted } =
    (operands && Object.hasOwn(forms, name) && forms[name]?.(...operands, literal.wanted)) || literal
  return { term: termOf(json), fact: { says: 'among', values: [wanted] } }
}

function factsOf({ json, wanted }: Literal): readonly Said[] {
  const [form] = isNode(json) ? Object.entries(json) : []
  if (form === undefined) return []
  const [name, inside] = form
  const operands = operandsOf(inside)
  const own = ownFact({ json, wanted }, name, operands)
  if (operands !== undefined) return [own, ...(says.get(name)?.(...operands, wanted) ?? [])]
  if (name === 'isEmpty' && isNode(inside)) return [own, { term: termOf(inside.arg), fact: { says: 'empty', wanted } }]
  if (name === 'is' && isNode(inside) && typeof inside.entity_type === 'string' && (inside.in === undefined || wanted))
    return [own, { term: termOf(inside.left), fact: { says: 'type', type: inside.entity_type, wanted } }]
  if (isRanges(name) && isList(inside)) return [own, ...ranged(inside[0], ranges[name].map(IpRange.read), wanted)]
  return [own]
}

const factsOfEach = onceEach((json: object) => ({
  wanted: factsOf({ json, wanted: true }),
  unwanted: factsOf({ json, wanted: false }),
}))

/** What a condition says of terms by itself; nothing where it is of another form. */
export const saidBy = ({ json, wanted }: Literal): readonly Said[] =>
  isNode(json) ? factsOfEach(json)[wanted ? 'wanted' : 'unwanted'] : []
