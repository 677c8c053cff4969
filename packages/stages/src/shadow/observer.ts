import type { AuthorizeGuard, Finding, Site, View } from '@sallyport/core'
import type { Findings } from '../record/findings.ts'
import { type Copy, copiedReply } from './copied.ts'
import { lateFound } from './findings-of-trial.ts'
import type { IsEnforced } from './sharing.ts'
import { type Noted, type Trying, trialVerdict } from './trial-verdict.ts'

/** How long a record waits for what rules that are tried say once their call is over. */
const patienceMs = 2000

/** What observers are given of their route. */
export interface Observing {
  readonly findings: Findings
  readonly site: Site
  /** Where an answer of a call is copied to. */
  readonly copyAnswer: (call: string) => Copy
  /** Rejects when nothing is waited for any longer. */
  readonly late?: () => Promise<never>
}

const afterPatience = () =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('late')), patienceMs).unref()
  })

/** Writes what a rule on trial says, at once or when it is there; no call waits for it, and what comes too late counts for nothing. */
export function tell(
  said: readonly Finding[] | Promise<readonly Finding[]>,
  call: string,
  trying: Pick<Trying, 'stage' | 'rule'>,
  { findings, late = afterPatience }: Pick<Observing, 'findings' | 'late'>,
): void {
  const add = (found: readonly Finding[]) => {
    for (const finding of found) findings.add(call, finding)
  }
  if (!(said instanceof Promise)) {
    add(said)
    return
  }
  const inTime = Promise.race([said, late()]).catch(() => [lateFound(trying, patienceMs)])
  findings.await(call, inTime.then(add))
}

/**
 * Stands in the place of a rule that is tried and takes note of what goes by, which stays as it is. The rule itself is asked when the call
 * is over: it can neither change a call nor fail it, nor keep it waiting.
 */
export function observer(trying: Trying, isEnforced: IsEnforced, observing: Observing): AuthorizeGuard {
  const { guard } = trying
  const calls = new Map<string, Noted>()
  const note = (view: View): Noted | undefined => {
    if (isEnforced(view)) return undefined
    const noted = calls.get(view.call.id) ?? { view }
    calls.set(view.call.id, noted)
    return noted
  }
  return {
    ...(guard.needs && { needs: guard.needs }),
    scopes: [],
    // What they judge by stands in the record too; what they would decide is a finding.
    ...(trying.guard.policies && {
      policies: { ...trying.guard.policies, judged: () => undefined },
    }),
    check(view) {
      note(view)
    },
    ...(guard.prepare && {
      prepare(outgoing, view) {
        const noted = note(view)
        if (noted !== undefined) noted.outgoing = outgoing
        return outgoing
      },
    }),
    ...(guard.reply && {
      reply(reply, view) {
        const noted = note(view)
        if (noted === undefined) return reply
        const copied = copiedReply(reply, view.call.method, () => observing.copyAnswer(view.call.id))
        noted.replied = copied
        return copied.reply
      },
    }),
    ...(guard.leave && {
      leave(headers, leaving) {
        const noted = leaving.answered && note(leaving.answered.view)
        if (noted !== undefined) noted.left = { headers, leaving }
        return headers
      },
    }),
    done(ended, { call }) {
      const noted = calls.get(call.id)
      if (noted === undefined) return
      calls.delete(call.id)
      tell(trialVerdict(trying, noted, ended, observing.site), call.id, trying, observing)
    },
  }
}
