import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { isFit, isFitThroughout, TooIntricate } from './references.ts'

/** Places in a document, as JSON pointers (RFC 6901), and what is wrong there. Values are never shown. */
export type Faults = Readonly<Record<string, readonly string[]>>

/** What is wrong with a value; undefined where nothing is. */
export type Judge = (value: unknown) => Faults | undefined

/** So many are told at the most; of places and messages so many characters. */
const faultsMax = 20
const lettersMax = 200

/** A value of so many parts is looked at to the end, so that all that is wrong is told at once; of a larger one the first fault. */
const partsMax = 5000

const cut = (text: string) => (text.length > lettersMax ? `${text.slice(0, lettersMax)}…` : text)
const below = (place: string, name: unknown) => `${place}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

type Told = (error: ErrorObject) => readonly [place: string, message: string]

const unknownMember =
  (param: string): Told =>
  ({ instancePath, params }) => [below(instancePath, params[param]), 'is not known here']

const missing: Told = ({ instancePath, params }) => [below(instancePath, params.missingProperty), 'is missing']

/** Keywords that are told of in other words or at another place than ajv's. */
const told: ReadonlyMap<string, Told> = new Map([
  ['required', missing],
  ['dependentRequired', missing],
  ['additionalProperties', unknownMember('additionalProperty')],
  ['unevaluatedProperties', unknownMember('unevaluatedProperty')],
  ['false schema', ({ instancePath }) => [instancePath, 'may not be here']],
  [
    'enum',
    ({ instancePath, params }) => {
      const allowed = JSON.stringify(params.allowedValues)
      return [
        instancePath,
        allowed.length > 100 ? 'is none of the allowed values' : `must be one of ${allowed.slice(1, -1)}`,
      ]
    },
  ],
])

/** Says that alternatives didn't fit, which their own faults say better. */
const said: ReadonlySet<string> = new Set(['if'])

function faultsOf(errors: readonly ErrorObject[]): Faults {
  const faults = new Map<string, string[]>()
  for (const error of errors.filter(({ keyword }) => !said.has(keyword)).slice(0, faultsMax)) {
    const own = told.get(error.keyword)
    const [place, message] = own === undefined ? [error.instancePath, error.message ?? 'is not valid'] : own(error)
    const at = cut(place)
    const messages = faults.get(at) ?? []
    if (!messages.includes(cut(message))) faults.set(at, [...messages, cut(message)])
  }
  return Object.fromEntries(faults)
}

export function isSmall(value: unknown): boolean {
  const open = [value]
  for (let parts = 1; open.length > 0; parts++) {
    if (parts > partsMax) return false
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner: unknown[] = Object.values(next)
    if (inner.length > partsMax) return false
    for (const one of inner) open.push(one)
  }
  return true
}

/** What `work` gives; `instead` where it would follow too many references. */
function unlessIntricate<Value>(work: () => Value, instead: Value): Value {
  try {
    return work()
  } catch (error) {
    if (error instanceof TooIntricate) return instead
    throw error
  }
}

const found = (isTaken: boolean, { errors }: ValidateFunction) => (isTaken ? undefined : faultsOf(errors ?? []))

const tooIntricate: Faults = { '': ['has more alternatives within each other than are tried'] }

/** The first that is wrong with a value. */
export const firstFault = (quick: ValidateFunction, value: unknown): Faults | undefined =>
  unlessIntricate(() => found(isFit(quick, value), quick), tooIntricate)

/** All that is wrong with a value; the first where that would take too long to find. */
export const allFaults = (first: Faults, thorough: ValidateFunction, value: unknown): Faults =>
  unlessIntricate(() => found(isFitThroughout(thorough, value), thorough), first) ?? first

/** `quick` stops at the first fault; `thorough`, made when it is first needed, at none. */
export function judgeOf(quick: ValidateFunction, thorough: () => ValidateFunction): Judge {
  let made: ValidateFunction | undefined
  return value => {
    const first = firstFault(quick, value)
    if (first === undefined || !isSmall(value)) return first
    made ??= thorough()
    return allFaults(first, made, value)
  }
}
