import { ancestorsIn } from '../entities.ts'
import { PolicyFault } from '../fault.ts'
import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import type { EntityUid } from '../values/entity-uid.ts'
import { uidOf } from '../values/value-json.ts'
import { listOf, type Node, nodeOf, textOf } from './node.ts'

export type Part = 'principal' | 'action' | 'resource'

/** What a policy's head says of the principal, the action or the resource. */
export interface Scope {
  /** Of this type; undefined for any. */
  readonly type: string | undefined
  /** One of these, or in one of these; undefined for any. */
  readonly among: readonly EntityUid[] | undefined
  /** Whether what is in one of them fits, too. */
  readonly descendants: boolean
}

/** What fits every question. */
export const anyScope: Scope = { type: undefined, among: undefined, descendants: false }

function amongOf(node: Node): readonly EntityUid[] {
  if (Object.hasOwn(node, 'slot')) throw new PolicyFault('templates (?principal, ?resource) are not taken')
  return Object.hasOwn(node, 'entities') ? listOf(node.entities).map(uidOf) : [uidOf(node.entity)]
}

function isOf({ entity_type, in: range }: Node): Scope {
  const within = range === undefined ? anyScope : inOf(nodeOf(range))
  return { ...within, type: textOf(entity_type) }
}

const inOf = (node: Node): Scope => ({ type: undefined, among: amongOf(node), descendants: true })

const readers: ReadonlyMap<string, (node: Node) => Scope> = new Map([
  ['All', () => anyScope],
  ['==', node => ({ type: undefined, among: amongOf(node), descendants: false })],
  ['in', inOf],
  ['is', isOf],
])

/** Reads one part of a policy's head. Throws PolicyFault for what it doesn't know. */
export function scopeOf(json: unknown): Scope {
  const node = nodeOf(json)
  const reader = readers.get(textOf(node.op))
  if (reader === undefined) throw new Uncertainty(`there is no scope ${JSON.stringify(node.op)}`)
  return reader(node)
}

/** Whether it fits a question; undefined where it fits every one. It can't be an error. */
export function fitting(
  { type, among, descendants }: Scope,
  part: Part,
): ((question: Question) => boolean) | undefined {
  if (type === undefined && among === undefined) return undefined
  return question => {
    const uid = question[part]
    if (type !== undefined && uid.type !== type) return false
    if (among === undefined || among.some(each => each.is(uid))) return true
    const ancestors = descendants ? ancestorsIn(question.entities, uid) : undefined
    return ancestors !== undefined && ancestors.size > 0 && among.some(({ key }) => ancestors.has(key))
  }
}
