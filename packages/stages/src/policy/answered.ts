import type { CallEvent, CallFacts, Policies, PolicyAnswer } from '@sallyport/core'
import { partlyDeciding, type Question } from '@sallyport/policy'
import type { Judge } from './judge.ts'
import { recordedQuestion } from './recorded.ts'
import { shownBy } from './shown-time.ts'

/** Why nothing can be asked of a record. */
function lacking({ facts }: CallEvent): readonly string[] {
  if (facts === undefined) return ['what policies judged by']
  const named = ({ caller, request }: CallFacts) => [
    ...(caller.unfit ?? []).map(name => `principal.${name}`),
    ...(request?.unfit ?? []).map(name => `context.${name}`),
  ]
  const unfit = named(facts)
  return unfit.length === 0 ? ['context.ip'] : unfit
}

/** Answers what policies would say of calls, by their records. What it takes is made when it is first asked. */
export function answererFor({
  sources: { ready, zone },
  isOpaque,
}: Pick<Judge, 'sources' | 'isOpaque'>): Policies['answer'] {
  const clock = shownBy(zone)
  let decide: ((question: Question) => PolicyAnswer) | undefined
  return (event, words) => {
    const question = recordedQuestion(event, words, clock)
    if (question === undefined) return { allowed: undefined, unknown: lacking(event) }
    decide ??= partlyDeciding(ready.map(policy => ({ policy, isOpaque: isOpaque(policy.id) })))
    return decide(question)
  }
}
