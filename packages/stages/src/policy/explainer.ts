import type { Policies } from '@sallyport/core'
import type { Decision, Explain } from '@sallyport/policy'
import type { Judge } from './judge.ts'
import { recordedQuestion } from './recorded.ts'
import { shownBy } from './shown-time.ts'

/** Explains calls by their records. What it takes is made when it is first asked. */
export function explainerFor(
  { sources, engine, decideOn }: Pick<Judge, 'sources' | 'engine' | 'decideOn'>,
  isAllowed: (decision: Decision) => boolean,
): Policies['explain'] {
  const clock = shownBy(sources.zone)
  let explain: Explain | undefined
  return (event, words) => {
    const question = recordedQuestion(event, words, clock)
    if (question === undefined) return undefined
    explain ??= engine.explaining({ ...sources, passes: asked => isAllowed(decideOn(asked)), clock })
    return explain({ question, at: Date.parse(event.time), claims: words.attributes })
  }
}
