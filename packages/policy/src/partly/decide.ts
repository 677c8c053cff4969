import type { PolicyAnswer } from '@sallyport/core'
import type { Policy } from '../compile/policy.ts'
import type { Entity } from '../entities.ts'
import { EvaluationError } from '../evaluation-error.ts'
import type { Question } from '../question.ts'
import { isRecord, type Value, type ValueRecord } from '../values/value.ts'
import { PartlyKnown, PartlyKnownSet } from './partly-known.ts'
import { UnknownFact } from './unknown-fact.ts'

type State = 'holds' | 'fails' | 'errs' | { readonly unknown: string }

/** What records are taken for whole that aren't. */
const uncounted = (value: Value): Value => (isRecord(value) ? uncountedRecord(value) : value)

function uncountedRecord(record: ValueRecord): ValueRecord {
  if (record instanceof PartlyKnown) return record.uncounted(uncounted)
  return new Map([...record].map(([name, value]) => [name, uncounted(value)]))
}

function uncountedEntity(entity: Entity): Entity {
  const { ancestors } = entity
  return {
    ...entity,
    attributes: uncountedRecord(entity.attributes),
    tags: uncountedRecord(entity.tags),
    ancestors: ancestors instanceof PartlyKnownSet ? ancestors.uncounted() : ancestors,
  }
}

/** The question, but that nothing of it is counted or listed of which only a part is known. */
function safely(question: Question): Question {
  const known = new Map<string, Entity | undefined>()
  return {
    ...question,
    context: uncountedRecord(question.context),
    entities: {
      find(uid) {
        if (!known.has(uid.key)) {
          const found = question.entities.find(uid)
          known.set(uid.key, found && uncountedEntity(found))
        }
        return known.get(uid.key)
      },
    },
  }
}

function stateOf({ holds }: Policy, question: Question): State {
  try {
    return holds(question) ? 'holds' : 'fails'
  } catch (error) {
    if (error instanceof EvaluationError) return 'errs'
    if (error instanceof UnknownFact) return { unknown: error.fact }
    throw error
  }
}

/** A policy, and whether it is judged by something that can't tell what isn't known from what isn't there. */
export interface PartlyJudged {
  readonly policy: Policy
  readonly isOpaque: boolean
}

/**
 * Decides by what is known of a question: where that isn't enough it says so, and never what might be otherwise. `false && unknown` is
 * false, `unknown && false` unknown: what isn't known might be an error, too. A forbid that can't be judged refuses.
 */
export function partlyDeciding(policies: readonly PartlyJudged[]): (question: Question) => PolicyAnswer {
  return question => {
    const asked = safely(question)
    const states = policies.map(({ policy, isOpaque }) => {
      const state: State = isOpaque ? { unknown: `what ${policy.id} judges by` } : stateOf(policy, asked)
      return { id: policy.id, effect: policy.effect, state }
    })
    const of = (effect: Policy['effect'], ...wanted: readonly State[]) =>
      states.flatMap(each => (each.effect === effect && wanted.includes(each.state) ? [each.id] : []))
    const unknownIn = (effect: Policy['effect']) =>
      states.flatMap(each => (each.effect === effect && typeof each.state === 'object' ? [each.state.unknown] : []))
    const forbids = of('forbid', 'holds', 'errs')
    if (forbids.length > 0) return { allowed: false, by: forbids }
    const [permits, perhaps] = [of('permit', 'holds'), unknownIn('permit')]
    // Where nothing can permit it, no forbid matters.
    if (permits.length === 0 && perhaps.length === 0) return { allowed: false, by: [] }
    const unknown = [...unknownIn('forbid'), ...(permits.length > 0 ? [] : perhaps)]
    return unknown.length > 0 ? { allowed: undefined, unknown: [...new Set(unknown)] } : { allowed: true, by: permits }
  }
}
