import { needsPackage, Problem, type RuleFault, type View, type Worded, type Words } from '@sallyport/core'
import { contextPaths, deciding, PolicyFault } from '@sallyport/policy'
import type { ReadPolicy } from '@sallyport/policy/cedar'
import { z } from 'zod'
import { type NamedFile, UnfitPart } from '../kind.ts'
import type { Cedar } from './judge.ts'
import { questionBy } from './question.ts'
import { shownBy } from './shown-time.ts'
import { ruleFault, schemaFor, slow } from './vocabulary.ts'
import { zone } from './zone.ts'

export const conditionText = z.string().min(1).describe('A condition in Cedar, such as principal.office == "regional".')
const settings = z.strictObject({ cedar: conditionText, zone })

/** A condition as it is written: a text, or with the zone that its clock hangs in. */
export const conditionSettings = z.union([conditionText.transform(cedar => settings.parse({ cedar })), settings])
export type WrittenCondition = z.output<typeof settings>

/** Characters of a condition that lists and records show. */
const shownMax = 120

/** A condition as people are shown it, in one line. */
export function conditionLabel({ cedar, zone }: WrittenCondition): string {
  const line = [
    ...cedar
      .slice(0, 10 * shownMax)
      .trim()
      .replaceAll(/\s+/g, ' '),
  ]
  const shown = line.length > shownMax ? `${line.slice(0, shownMax - 1).join('')}…` : line.join('')
  return zone === 'UTC' ? shown : `${shown} (${zone})`
}

/** What is asked of calls beyond what policies permit. */
export interface Condition extends Required<Worded> {
  /** Undefined where that can't be told: what is named is missing, or is no value that conditions know. */
  holds(view: View): boolean | undefined
}

/** A condition is read as the only one of a permit, on lines of its own. */
const [before, after] = ['permit (principal, action, resource)\nwhen {\n', '\n};']
const linesBefore = before.split('\n').length - 1

/** Where a fault stands in the condition's own text; nowhere where it is in what stands around it. */
function within(cedar: string, { message: said, place }: PolicyFault): PolicyFault {
  const message = said.replace('this policy can never hold', 'the condition can never hold')
  if (place === undefined) return new PolicyFault(message)
  const line = place.line - linesBefore
  const isWithin = line > 0 && line <= cedar.split('\n').length
  return new PolicyFault(message, isWithin ? { line, column: place.column } : undefined)
}

/** Cedar takes nothing, but for comments, for what always holds. */
const saysNothing = (cedar: string) => cedar.replaceAll(/\/\/.*$/gm, '').trim() === ''

/** Throws PolicyFault where a text is more than a condition, such as one that ends the permit and begins another, or none. */
function readCondition(cedar: string, { readPolicies }: Cedar): ReadPolicy {
  const [policy, more] = saysNothing(cedar) ? [] : readPolicies(before + cedar + after)
  if (policy === undefined || more !== undefined || policy.json.conditions.length !== 1)
    throw new PolicyFault('needs one condition, such as principal.office == "regional"')
  return policy
}

/** What is true of users, applications and nobody is told once. */
function onceEach(faults: readonly PolicyFault[]): readonly PolicyFault[] {
  const placeOf = ({ place, message }: PolicyFault) => (place === undefined ? message : `${place.line}:${place.column}`)
  const known = new Map([...faults].reverse().map(fault => [placeOf(fault), fault]))
  return [...known.values()].reverse()
}

/** What is missing is no fault, for what can't be told has a side that it takes; unless the condition asks for it. */
function faultsIn(policy: ReadPolicy, words: Words, { validated, contradictionsIn }: Cedar): readonly PolicyFault[] {
  const named = { paths: contextPaths(policy.json), body: undefined }
  const [one] = validated([policy], schemaFor(named, words))
  const found = one === undefined ? [] : onceEach(validated([policy], schemaFor(named, words, 'unasked')))
  return found.length > 0 ? found : contradictionsIn([policy])
}

/** Makes a condition. Throws PolicyFault, with places in its text, where it is none. */
function conditionOf({ cedar, zone }: WrittenCondition, engine: Cedar): Condition {
  try {
    const policy = readCondition(cedar, engine)
    const { policies, byReference } = engine.judged([policy])
    const decide = deciding(policies)
    const ask = questionBy({ clock: shownBy(zone), body: undefined }, contextPaths(policy.json))
    return {
      holds(view) {
        try {
          const { allowed, errors } = decide(ask(view, undefined))
          return errors.length > 0 ? undefined : allowed
        } catch (error) {
          if (error instanceof Problem) return undefined
          throw error
        }
      },
      notes: byReference.map(() => ruleFault(slow('the condition'))),
      faults: words => faultsIn(policy, words, engine).map(fault => ruleFault(within(cedar, fault))),
    }
  } catch (error) {
    throw error instanceof PolicyFault ? within(cedar, error) : error
  }
}

/** Loads a condition that stands at a place of a rule's settings. Rejects with UnfitPart, which names the place in its text, where it is none. */
export async function loadCondition(written: WrittenCondition, at: NamedFile['at']): Promise<Condition> {
  const engine = await import('@sallyport/policy/cedar').catch(
    needsPackage('a condition in Cedar', '@cedar-policy/cedar-wasm'),
  )
  const placed = (fault: RuleFault): RuleFault => ({ ...fault, at })
  try {
    const { holds, notes, faults } = conditionOf(written, engine)
    return { holds, notes: notes.map(placed), faults: words => faults(words).map(placed) }
  } catch (error) {
    if (!(error instanceof PolicyFault)) throw error
    const { message, place } = error
    throw new UnfitPart(place === undefined ? message : `line ${place.line}, column ${place.column}: ${message}`, at)
  }
}
