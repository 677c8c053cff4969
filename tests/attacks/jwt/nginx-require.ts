import { type Levels, nearestOf, variableOf } from './nginx-config.ts'

/** A case that asks for something that Sallyport does not offer. */
export class Lacking extends Error {
  override readonly name = 'Lacking'
}

/** What a token must say, as Sallyport's issuers have it. */
export interface Demands {
  readonly issuers: readonly string[]
  readonly audience: readonly string[]
  readonly algorithms: readonly string[] | undefined
  readonly idToken: boolean
  readonly require: Readonly<Record<string, string | number | boolean>>
}

type Scalar = string | number | boolean

const operators: Readonly<Record<string, string>> = {
  gt: 'a claim that is compared by size',
  ge: 'a claim that is compared by size',
  lt: 'a claim that is compared by size',
  le: 'a claim that is compared by size',
  in: 'a claim that may have one of several values',
  any: 'a claim that may have one of several values',
  intersect: 'a claim that may have one of several values',
  match: 'a claim that is compared with a pattern',
}

const operatorLack = (operator: string) => operators[operator] ?? 'a claim that must not have a value'

/** The value that a claim is compared with: a variable and `json=` hold JSON, anything else is text. */
function expectedIn(word: string, levels: Levels): unknown {
  const json = word.startsWith('json=') ? word.slice('json='.length) : undefined
  const variable = word.startsWith('$') ? variableOf(levels, word) : undefined
  if (json === undefined && variable === undefined) return word
  try {
    return JSON.parse(json ?? variable ?? '')
  } catch {
    throw new Lacking('an expected value that is no JSON')
  }
}

function scalarOf(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new Lacking('a claim that is compared with an array or an object')
}

const textsOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : [String(value)])

/** A claim's path: `.address.city` is `address.city`. */
function pathOf(claim: string): string {
  if (claim.includes('[')) throw new Lacking('a member of an array')
  return claim.startsWith('.') ? claim.slice(1) : claim
}

/** What is judged in every token, whether or not anybody asks. */
const alwaysHeld = new Set(['exp gt $jwt_nowtime', 'nbf le $jwt_nowtime'])

const listed = (claim: string, operator: string) =>
  operator === 'eq' || (operator === 'intersect' && (claim === 'iss' || claim === 'aud'))

function algorithmsIn(levels: Levels): readonly string[] | undefined {
  const required = nearestOf(levels, 'auth_jwt_require_header')
  if (required.length === 0) return undefined
  return required.flatMap(([name, operator, word = '']) => {
    if (name !== 'alg') throw new Lacking('a header parameter other than alg')
    if (operator !== 'eq' && operator !== 'in') throw new Lacking(operatorLack(operator ?? ''))
    return textsOf(expectedIn(word, levels))
  })
}

/** What a location asks of tokens. Throws Lacking where Sallyport cannot ask that. */
export function demandsOf(levels: Levels): Demands {
  const issuers: string[] = []
  const audience: string[] = []
  const require: Record<string, Scalar> = {}
  for (const words of nearestOf(levels, 'auth_jwt_require_claim')) {
    if (alwaysHeld.has(words.join(' '))) continue
    const [claim = '', operator = '', word = ''] = words
    if (!listed(claim, operator)) throw new Lacking(operatorLack(operator))
    const value = expectedIn(word, levels)
    if (claim === 'iss') issuers.push(...textsOf(value))
    else if (claim === 'aud') audience.push(...textsOf(value))
    else require[pathOf(claim)] = scalarOf(value)
  }
  // Only ID tokens bear a nonce, so whoever asks for one means them.
  const idToken = Object.hasOwn(require, 'nonce')
  return { issuers, audience, algorithms: algorithmsIn(levels), idToken, require }
}
