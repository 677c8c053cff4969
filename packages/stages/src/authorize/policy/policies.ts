import { type AuthorizeGuard, Problem, type RuleFault, remembered, type View, type Words } from '@sallyport/core'
import {
  compilePolicy,
  contextPaths,
  type Decision,
  deciding,
  EntityUid,
  type Policy,
  PolicyFault,
  type Question,
  schemaOf,
} from '@sallyport/policy'
import type { ReadPolicy } from '@sallyport/policy/cedar'
import { contextBy, namesBelow, type Paths } from './context.ts'
import { callerEntity, entitiesOf, routeEntity } from './entities.ts'

/** The reference engine, as far as loading policies needs it. */
export type Cedar = typeof import('@sallyport/policy/cedar')

const actionOf = remembered(operation => new EntityUid('Action', operation))

function questionOf({ call, principal }: View, context: Question['context']): Question {
  const caller = callerEntity(principal)
  const route = routeEntity(call)
  return {
    principal: caller.uid,
    action: actionOf(call.operation),
    resource: route.uid,
    context,
    entities: entitiesOf(caller, route),
  }
}

const ids = (policies: readonly Policy[]) => policies.map(({ id }) => id).join(', ')

/** Why a call isn't allowed, for the log. */
function reasonOf({ reasons, errors }: Decision): string {
  const erred = errors.map(({ policy, reason }) => `${policy.id} could not be judged: ${reason}`)
  const forbidden = reasons.filter(({ effect }) => effect === 'forbid')
  const told =
    forbidden.length > 0 ? [`forbidden by ${ids(forbidden)}`] : reasons.length === 0 ? ['no permit holds'] : []
  return [...told, ...erred].join('; ')
}

/** A forbid that can't be judged might forbid: what Cedar passes over refuses here. */
const isAllowed = ({ allowed, errors }: Decision) => allowed && errors.every(({ policy }) => policy.effect === 'permit')

const faultOf = ({ message, place }: PolicyFault): RuleFault => ({ message, line: place?.line, column: place?.column })

function wordsFor(paths: Paths, { operations, parameters, attributes }: Words) {
  return schemaOf({
    ...{ operations, parameters, claims: attributes },
    headers: namesBelow('headers', paths).map(name => name.toLowerCase()),
    query: namesBelow('query', paths),
  })
}

/** Reads a file of policies. Throws PolicyFault where it can't be judged by. */
function readAll(text: string, { readPolicies }: Cedar): readonly ReadPolicy[] {
  const policies = readPolicies(text)
  const named = new Set<string>()
  for (const { id, place } of policies) {
    if (named.has(id)) throw new PolicyFault(`another policy is named ${JSON.stringify(id)} too`, place)
    named.add(id)
  }
  if (policies.every(({ json }) => json.effect === 'forbid'))
    throw new PolicyFault(
      'nothing in it permits anything, so every call would be refused; to allow what is not forbidden, add: permit (principal, action, resource);',
    )
  return policies
}

/** The guard of a file of policies. Throws PolicyFault where it can't be judged by. */
export function policyGuard(text: string, zone: string, cedar: Cedar): AuthorizeGuard {
  const policies = readAll(text, cedar)
  const paths = policies.flatMap(({ json }) => contextPaths(json))
  const decide = deciding(policies.map(({ id, json }) => compilePolicy(id, json)))
  const context = contextBy(zone, paths)
  return {
    scopes: [],
    check(view) {
      const decision = decide(questionOf(view, context(view)))
      if (!isAllowed(decision)) throw new Problem('policy-refuses', {}, reasonOf(decision))
    },
    faults: words => cedar.validated(policies, wordsFor(paths, words)).map(faultOf),
  }
}
