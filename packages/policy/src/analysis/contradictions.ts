import { type Place, PolicyFault } from '../fault.ts'
import { expressionText } from '../logic/expression-text.ts'
import { conditionsOf } from '../logic/heads.ts'
import type { Literal } from '../logic/literals.ts'
import { termsOf } from '../logic/terms.ts'
import { type Branch, branchesOf } from './branches.ts'
import { conflictIn } from './conflict.ts'
import { type Effort, wholeEffort } from './effort.ts'

/** A policy as it was read. */
interface Written {
  readonly text: string
  readonly json: unknown
  readonly place: Place
}

/** Conflicts that are told of one policy, and characters of each condition. */
const most = { told: 2, text: 300 } as const

const literalText = ({ json, wanted }: Literal) => {
  const text = expressionText(wanted ? json : { '!': { arg: json } })
  return text.length > most.text ? `${text.slice(0, most.text)}…` : text
}

const isDaily = ({ json }: Literal) =>
  termsOf(json).paths.some(
    ([of, time, member]) => of === 'context' && time === 'time' && (member === 'hour' || member === 'ofDay'),
  )

function conflictText(conflict: Branch): string {
  const texts = conflict.map(literalText)
  if (texts.length < 2) return `${texts.join()} is never true`
  const hint = conflict.every(isDaily) ? ' (over midnight it takes ||)' : ''
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)} contradict each other${hint}`
}

/** Where an expression may stand in a text, however it is spaced; undefined for one that is too long to be looked for. */
function patternOf(json: unknown): RegExp | undefined {
  const text = expressionText(json)
  if (text.length > most.text) return undefined
  const words = text.match(/"(?:[^"\\]|\\.)*"|[\w.]+|[^\s\w]+/g) ?? []
  return new RegExp(words.map(word => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('\\s*'))
}

/** Where a condition stands; the beginning of its policy where it is long, or written another way than it is told. */
function placeOf({ json }: Literal, { text, place }: Written): Place {
  const at = patternOf(json)?.exec(text)?.index
  if (at === undefined) return place
  const lines = text.slice(0, at).split('\n')
  const last = lines.at(-1)?.length ?? 0
  return lines.length === 1
    ? { line: place.line, column: place.column + last }
    : { line: place.line + lines.length - 1, column: last + 1 }
}

function faultOf(policy: Written, effort: Effort): readonly PolicyFault[] {
  const branches = branchesOf(conditionsOf(policy.json, ['principal', 'action', 'resource'])) ?? []
  const conflicts = branches.map(branch => conflictIn(branch, effort)).filter(conflict => conflict !== undefined)
  const [first] = conflicts
  if (first === undefined || conflicts.length < branches.length) return []
  const texts = [...new Set(conflicts.map(conflictText))].slice(0, most.told)
  const [literal] = first
  const place = literal === undefined ? policy.place : placeOf(literal, policy)
  return [new PolicyFault(`this policy can never hold: ${texts.join('; and ')}`, place)]
}

/** Policies whose own conditions contradict each other, whatever is asked. What isn't told may contradict itself all the same. */
export function contradictionsIn(policies: readonly Written[]): readonly PolicyFault[] {
  const effort = wholeEffort()
  return policies.flatMap(policy => faultOf(policy, effort))
}
