import {
  type AuthorizeGuard,
  type CallEvent,
  type NamedFacts,
  type Policies,
  type PolicyVerdict,
  remembered,
  type View,
} from '@sallyport/core'
import type { Identification } from '../identify/identification.ts'
import type { Made } from '../judge.ts'
import { callerFacts } from './facts/caller.ts'
import { requestFacts } from './facts/request.ts'
import { sieveOf } from './facts/sieve.ts'
import type { LogRedaction } from './redaction.ts'

const flat = (all: readonly Policies[], of: (names: NamedFacts) => Iterable<string>) => [
  ...new Set(all.flatMap(({ names }) => [...of(names)])),
]

const together = (all: readonly Policies[]): NamedFacts => ({
  attributes: new Set(flat(all, names => names.attributes)),
  roles: flat(all, names => names.roles),
  groups: flat(all, names => names.groups),
  scopes: flat(all, names => names.scopes),
  headers: flat(all, names => names.headers),
  query: flat(all, names => names.query),
})

/** What policies made of a call, and what they judged by. */
type PolicyRecord = Pick<CallEvent, 'policies' | 'facts'>

/** A verdict that comes again is the same value, which becomes JSON once. */
function verdictsOf({ name, guard: { policies } }: Made<AuthorizeGuard>): (view: View) => PolicyVerdict[] {
  const plain = remembered((json): PolicyVerdict => ({ rule: name, ...JSON.parse(json) }))
  return view => {
    const judged = policies?.judged(view)
    if (judged === undefined) return []
    return [judged.errors === undefined ? plain(JSON.stringify(judged)) : { rule: name, ...judged }]
  }
}

/** Tells of a call what policies made of it. */
export type PolicyRecorder = (view: View) => PolicyRecord

/** For the records of a route, by those of its rights that judge by policies; undefined where there are none. */
export function policyRecorder(
  judging: readonly Made<AuthorizeGuard>[],
  identify: Identification,
  redaction: LogRedaction,
): PolicyRecorder | undefined {
  if (judging.length === 0) return undefined
  const names = together(judging.flatMap(({ guard }) => guard.policies ?? []))
  const sieve = sieveOf(redaction)
  const [caller, request] = [callerFacts(names, identify, sieve), requestFacts(names, identify, sieve)]
  const verdicts = judging.map(verdictsOf)
  return view => {
    const asked = request(view)
    return {
      policies: verdicts.flatMap(verdict => verdict(view)),
      facts: { caller: caller(view.principal), ...(asked && { request: asked }) },
    }
  }
}
