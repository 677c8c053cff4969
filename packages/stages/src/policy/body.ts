import {
  type AttributeType,
  attributeOf,
  attributeTypes,
  bodiless,
  type Json,
  onceEach,
  Problem,
  type View,
} from '@sallyport/core'
import { Decimal, type Members, type Value, type ValueRecord } from '@sallyport/policy'
import { z } from 'zod'
import { folded } from '../bodies/folded.ts'
import type { Paths } from './context.ts'
import { valueOfAttribute } from './entities.ts'

const leaf = z.enum([...attributeTypes, 'decimal'])
type Leaf = z.output<typeof leaf>

/** What may be written of bodies: names of members and what they hold; one whose name ends with `?` may be missing. */
export interface WrittenBody {
  readonly [name: string]: Leaf | WrittenBody
}

const written: z.ZodType<WrittenBody> = z.lazy(() => z.record(z.string().min(1), z.union([leaf, written])))

export function membersOf(body: WrittenBody): Members {
  return new Map(
    Object.entries(body).map(([name, type]) => [
      name.replace(/\?$/, ''),
      { type: typeof type === 'string' ? type : membersOf(type), mayMiss: name.endsWith('?') },
    ]),
  )
}

/** Two names for one member: `note` and `note?`. */
const hasTwins = (body: WrittenBody): boolean =>
  membersOf(body).size < Object.keys(body).length ||
  Object.values(body).some(type => typeof type !== 'string' && hasTwins(type))

export const bodySettings = written
  .refine(body => !hasTwins(body), 'declares a member twice, with ? and without')
  .describe('Members of the JSON body that policies may name, and what each holds; a name with ? may be missing.')

/** Whether calls of an operation have a body that policies may name. */
export const mayHaveBody = (operation: string): boolean => !bodiless.has(operation.slice(0, operation.indexOf(' ')))

const unfit = (at: string, why: string) => new Problem('policy-refuses', {}, `${at} ${why}`)

/** Texts of a list: for more of them than anybody writes, a set would take long to make. */
const textsMax = 1000

/** So many whole ones of a number are exact beside four digits after the point. */
const decimalMax = 2 ** 53 / 10_000

/** As JSON numbers and texts have it; undefined for what Cedar has no decimal for. */
function decimalOf(json: Json): Decimal | undefined {
  if (typeof json === 'number' && Math.abs(json) > decimalMax) return undefined
  if (typeof json !== 'number' && typeof json !== 'string') return undefined
  const text = String(json)
  if (!/^-?(?:0|[1-9]\d{0,13})(?:\.\d{1,4})?$/.test(text)) return undefined
  return Decimal.read(text.includes('.') ? text : `${text}.0`)
}

function plainValue(json: Json, type: AttributeType): Value | undefined {
  if (Array.isArray(json) && json.length > textsMax) return undefined
  const attribute = attributeOf(type, json)
  return attribute === undefined ? undefined : valueOfAttribute(attribute)
}

function leafOf(json: Json, type: Leaf, at: string): Value {
  const value = type === 'decimal' ? decimalOf(json) : plainValue(json, type)
  if (value === undefined) throw unfit(at, `is no ${type} that policies know`)
  return value
}

const namesAlike = onceEach((members: Members) => new Map([...members.keys()].map(name => [folded(name), name])))

/** Throws Problem `policy-refuses` where a member could be taken for one that is declared. */
function requireNoTwins(json: object, members: Members, at: string): void {
  const names = namesAlike(members)
  for (const other of Object.keys(json)) {
    const name = members.has(other) ? undefined : names.get(folded(other))
    if (name !== undefined) throw unfit(`${at}.${name}`, 'has a twin, whose name is written in other cases')
  }
}

/** Throws Problem `policy-refuses` where something is missing that must be there, or isn't what it was declared to be. */
function recordOf(json: Json | undefined, members: Members, at: string): ValueRecord {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unfit(at, 'is no JSON object')
  requireNoTwins(json, members, at)
  const record = new Map<string, Value>()
  for (const [name, { type, mayMiss }] of members) {
    const place = `${at}.${name}`
    const value = Object.hasOwn(json, name) ? json[name] : undefined
    if (value === undefined && mayMiss) continue
    if (value === undefined) throw unfit(place, 'is missing')
    record.set(name, typeof type === 'string' ? leafOf(value, type, place) : recordOf(value, type, place))
  }
  return record
}

/** Of declared members those that paths lead to or through; all of them where one ends before. */
function namedOf(members: Members, paths: Paths): Members {
  if (paths.some(path => path.length === 0)) return members
  const named = new Map(members)
  for (const [name, member] of members) {
    const below = paths.flatMap(([first, ...rest]) => (first === name ? [rest] : []))
    if (below.length === 0) named.delete(name)
    else if (typeof member.type !== 'string') named.set(name, { ...member, type: namedOf(member.type, below) })
  }
  return named
}

/** The body of a call as policies know it: of what is declared what they name, `paths` from the context downwards. */
export function bodyNamed(declared: Members, paths: Paths): (view: View, body: Json | undefined) => ValueRecord {
  const below = paths.flatMap(([first, ...rest]) => (first === undefined || first === 'body' ? [rest] : []))
  const members = namedOf(declared, below)
  return (_, body) => recordOf(body, members, 'context.body')
}
