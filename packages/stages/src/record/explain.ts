import type { Explanation, StageReport } from '@sallyport/contract'
import { type CallEvent, type StageName, stageNames } from '@sallyport/core'
import { explainedPolicies, type RulesInForce } from '../policy/explained.ts'

type Refusal = NonNullable<CallEvent['refusal']>

/** A refusal leaves through protect and is recorded, whichever stage it came from. */
const always: ReadonlySet<StageName> = new Set(['protect', 'record'])

/** 501 says what is not served, which is a decision; the other 5xx are faults. */
const isFault = (event: CallEvent) => event.outcome === 'failed' || (event.status >= 500 && event.status !== 501)

function verdictOf(stage: StageName, event: CallEvent): StageReport['verdict'] {
  const { refusal } = event
  if (refusal?.stage === stage) return isFault(event) ? 'failed' : 'refused'
  const past = refusal === undefined || stageNames.indexOf(stage) < stageNames.indexOf(refusal.stage)
  return past || always.has(stage) ? 'passed' : 'not reached'
}

function evidenceOf({ rule, code, reason, missing, limit, retryAfter }: Refusal): Partial<StageReport> {
  return {
    ...(rule !== undefined && { rule }),
    code,
    reason,
    ...(missing !== undefined && { missing }),
    ...(limit !== undefined && { limit }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

/** What rules of a stage found and let pass. */
function findingsAt(stage: StageName, { findings = [] }: CallEvent): Partial<StageReport> {
  const found = findings.filter(finding => finding.stage === stage)
  return found.length === 0 ? {} : { findings: found.map(({ stage: _, ...told }) => told) }
}

/** What policies made of a call that reached them. */
function policiesAt(stage: StageName, event: CallEvent, rules: RulesInForce | undefined): Partial<StageReport> {
  if (stage !== 'authorize' || event.policies === undefined) return {}
  const policies = explainedPolicies(event, rules)
  return policies.length === 0 ? {} : { policies: [...policies] }
}

function reportOf(stage: StageName, event: CallEvent, rulesInForce: RulesInForce | undefined): StageReport {
  const { rules = {}, refusal, cache } = event
  return {
    stage,
    verdict: verdictOf(stage, event),
    rules: Object.hasOwn(rules, stage) ? (rules[stage] ?? []) : [],
    ...(refusal?.stage === stage && evidenceOf(refusal)),
    ...(stage === 'forward' && cache !== undefined && { cache }),
    ...findingsAt(stage, event),
    ...policiesAt(stage, event, rulesInForce),
  }
}

/** Why a call ended as it did: what its record tells, stage by stage, and what the rules in force say of that. */
export function explain(event: CallEvent, rules?: RulesInForce): Explanation {
  const { id, time, snapshot, method, path, status, outcome, refusal } = event
  const { api, operation, asked, ip, door, user, application, credential } = event
  return {
    ...{ id, time, snapshot, method, path, status, outcome },
    ...(refusal && { code: refusal.code }),
    ...(api !== undefined && { api }),
    ...(operation !== undefined && { operation }),
    ...(asked !== undefined && { asked }),
    ...(ip !== undefined && { ip }),
    ...(door !== undefined && { door }),
    caller: { ...(user && { user }), ...(application && { application }), ...(credential && { credential }) },
    stages: stageNames.map(stage => reportOf(stage, event, rules)),
  }
}
