import type { View } from './call.ts'
import type { PolicyAnswer, PolicyVerdict } from './call-facts.ts'
import type { CallEvent } from './event.ts'
import type { PolicyExplanation } from './policy-explanation.ts'
import type { Words } from './words.ts'

/** What policies name of calls: their records hold it. */
export interface NamedFacts {
  /** Of callers and of the route: claims and parameters. */
  readonly attributes: ReadonlySet<string>
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly scopes: readonly string[]
  readonly headers: readonly string[]
  readonly query: readonly string[]
}

/** Policies that judge calls, as records tell of them. */
export interface Policies {
  readonly names: NamedFacts
  /** What they made of a call; undefined where they weren't asked. */
  judged(view: View): Omit<PolicyVerdict, 'rule'> | undefined
  /** Why they let a call pass or refuse it, by its record; `words` are those of its operation. Undefined where that can't be told. */
  explain(event: CallEvent, words: Words): Omit<PolicyExplanation, 'rule'> | undefined
  /** What they would say of a call, by its record: never what might be otherwise. */
  answer(event: CallEvent, words: Words): PolicyAnswer
  /** Of policies that judge alike it is the same. */
  readonly source: string
}
