import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { compilePolicy, type Policy } from '../compile/policy.ts'
import { anyScope } from '../compile/scope.ts'
import { EvaluationError } from '../evaluation-error.ts'
import { PolicyFault } from '../fault.ts'
import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import { toldRecord } from '../values/told-value.ts'
import { cedarValue } from '../values/value-json.ts'
import { reachable } from './reachable.ts'
import type { ReadPolicy } from './read.ts'

const messageOf = (errors: readonly cedar.DetailedError[]) => errors.map(({ message }) => message).join('; ')

/** What the reference engine says of one policy: whether it holds. Throws EvaluationError where that can't be told. */
function holds({ text, json }: ReadPolicy, { principal, action, resource, context, entities }: Question): boolean {
  const named = { principal, action, resource }
  const answer = cedar.statefulIsAuthorized({
    principal: { type: principal.type, id: principal.id },
    action: { type: action.type, id: action.id },
    resource: { type: resource.type, id: resource.id },
    context: toldRecord(context),
    entities: reachable(json, { ...named, context, entities }),
    preparsedPolicySetId: text,
  })
  if (answer.type === 'failure') throw new EvaluationError(messageOf(answer.errors))
  const { reason, errors } = answer.response.diagnostics
  if (errors.length > 0) throw new EvaluationError(messageOf(errors.map(({ error }) => error)))
  return reason.length > 0
}

/** Objects within objects of a policy's JSON. Of three times as many the reference engine's stack is at its end. */
const deepest = 200

/** Throws PolicyFault where a policy's JSON holds an integer that was rounded on the way, or goes too deep to be judged by. */
function requireSafe(json: unknown, depth = 0): void {
  if (depth > deepest)
    throw new PolicyFault('what the compiler does not know stands in a policy that is too deep; split it')
  if (typeof json === 'number') cedarValue(json)
  else if (typeof json === 'object' && json !== null)
    for (const each of Object.values(json)) requireSafe(each, depth + 1)
}

/** A policy that the reference engine judges by, on every question: it takes about a hundred microseconds. Throws PolicyFault. */
export function judgedByReference(read: ReadPolicy): Policy {
  requireSafe(read.json)
  const parsed = cedar.preparsePolicySet(read.text, { staticPolicies: { [read.id]: read.text } })
  if (parsed.type === 'failure') throw new PolicyFault(messageOf(parsed.errors), read.place)
  return {
    id: read.id,
    effect: read.json.effect,
    scopes: { principal: anyScope, action: anyScope, resource: anyScope },
    holds: question => holds(read, question),
  }
}

/** Policies ready to judge by, and those of them that the reference engine judges. */
export interface Judged {
  readonly policies: readonly Policy[]
  readonly byReference: readonly ReadPolicy[]
}

function policyOf(read: ReadPolicy, uncertain: (read: ReadPolicy) => void): Policy {
  try {
    return compilePolicy(read.id, read.json)
  } catch (error) {
    if (!(error instanceof Uncertainty)) throw error
    uncertain(read)
    return judgedByReference(read)
  }
}

/** Compiles policies; where the compiler can't be certain, the reference engine answers. Throws PolicyFault. */
export function judged(all: readonly ReadPolicy[]): Judged {
  const byReference: ReadPolicy[] = []
  const policies = all.map(read => policyOf(read, each => byReference.push(each)))
  return { policies, byReference }
}
