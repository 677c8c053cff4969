import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { PolicyFault } from '../fault.ts'
import { faultIn, type ReadPolicy } from './read.ts'

/** What is said of a policy that no call can meet, as the analysis of contradictions says it. */
const impossible = 'policy is impossible: the policy expression evaluates to false for all valid requests'
const never = 'this policy can never hold: it is false for every operation, caller and API that it could be asked about'

/** The policy is told by its place. */
const plain = (message: string, id: string) => message.replace(`for policy \`${id}\`, `, '').replace(impossible, never)

/** A finding of the validator, where it stands in the file that the policy is from. */
function foundIn(policy: ReadPolicy, error: cedar.DetailedError): PolicyFault {
  const { message, place } = faultIn(policy.text, { ...error, message: plain(error.message, policy.id) })
  if (place === undefined) return new PolicyFault(message, policy.place)
  const { line, column } = policy.place
  return new PolicyFault(message, {
    line: line + place.line - 1,
    column: place.line === 1 ? column + place.column - 1 : place.column,
  })
}

/** What a schema finds wrong with policies: names of what isn't there, types that don't fit, policies that no call can meet. */
export function validated(policies: readonly ReadPolicy[], schema: cedar.SchemaJson<string>): readonly PolicyFault[] {
  const byId = new Map(policies.map(policy => [policy.id, policy]))
  const answer = cedar.validate({
    schema,
    policies: { staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])) },
  })
  if (answer.type === 'failure') return answer.errors.map(({ message }) => new PolicyFault(message))
  return [...answer.validationErrors, ...answer.validationWarnings].flatMap(({ policyId, error }) => {
    const policy = byId.get(policyId)
    return policy === undefined ? [] : [foundIn(policy, error)]
  })
}
