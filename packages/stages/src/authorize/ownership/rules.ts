import type { Json } from '@sallyport/core'
import { type Pattern, readPattern } from '@sallyport/tokens'
import { readJsonPath } from '../../json-path.ts'
import { type Act, acts, type Settings, type WrittenRule } from './settings.ts'

type Find = (json: Json) => Json[]

/** The parts of a key by name, in their order, each with the only form that it may have. */
export type Forms = ReadonlyMap<string, Pattern>

/** Where in a body the things stand that an operation is about. */
export interface BodyRule {
  readonly each: Find
  readonly members: Forms
  readonly wants: Find | undefined
}

/** One operation, ready to judge calls. */
export interface OwnershipRule {
  readonly thing: string
  readonly path: Forms
  readonly body: BodyRule | undefined
  readonly answer: Find | undefined
  /** Statuses of an answer that tells of something new. */
  readonly created: ReadonlySet<number>
  readonly exists: { readonly get: string; readonly each: Find | undefined } | undefined
  /** What is done to a thing of the body; undefined where it isn't said. */
  actOf(thing: Json | undefined): Act | undefined
}

/** The member of a JSON object. */
export const memberOf = (json: Json | undefined, name: string): Json | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, name)
    ? json[name]
    : undefined

const formsOf = (written: Readonly<Record<string, string>> = {}): Forms =>
  new Map(Object.entries(written).map(([name, text]) => [name, readPattern(text)]))

function actsBy(does: WrittenRule['does']): OwnershipRule['actOf'] {
  if (typeof does === 'string') return () => does
  const byValue = new Map<Json | undefined, Act>(
    acts.flatMap(act => (does[act] ?? []).map(value => [value, act] as const)),
  )
  return thing => byValue.get(memberOf(thing, does.member))
}

function ruleOf(thing: string, { does, path, body, answer, created, exists }: WrittenRule): OwnershipRule {
  const find = (text: string | undefined) => (text === undefined ? undefined : readJsonPath(text))
  return {
    ...{ thing, path: formsOf(path), answer: find(answer), created: new Set(created ?? [201]), actOf: actsBy(does) },
    body: body && {
      each: readJsonPath(body.each),
      members: formsOf(body.members),
      wants: find(body.wants),
    },
    exists: exists && { get: exists.get, each: find(exists.each) },
  }
}

/** The rules by operation. Throws where an operation is about two kinds of things: each call is judged by one rule. */
export function rulesOf(settings: Settings): ReadonlyMap<string, OwnershipRule> {
  const rules = new Map<string, OwnershipRule>()
  for (const [thing, operations] of Object.entries(settings)) {
    for (const [operation, written] of Object.entries(operations)) {
      if (rules.has(operation)) throw new TypeError(`${operation} stands under two kinds of things`)
      rules.set(operation, ruleOf(thing, written))
    }
  }
  return rules
}
