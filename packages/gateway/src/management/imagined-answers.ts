import type { AuthorizeGuard, Guard, Operation, Rule, Snapshot } from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'

/** Told the name of a rule that would have judged the answer. */
type Tell = (rule: string) => void

/** The same guard, but that it takes any answer for good: of one that nobody gave there is nothing to judge. */
function unanswered<G extends Guard | AuthorizeGuard>(guard: G, name: string, tell: Tell): G {
  if (guard.reply === undefined) return guard
  return {
    ...guard,
    reply(reply: Parameters<NonNullable<Guard['reply']>>[0]) {
      tell(name)
      return reply
    },
  }
}

function ruleMaker<G extends Guard | AuthorizeGuard>(tell: Tell) {
  const made = new Map<Rule<StagePorts, G>, Rule<StagePorts, G>>()
  return (rule: Rule<StagePorts, G>): Rule<StagePorts, G> => {
    const known = made.get(rule) ?? {
      ...rule,
      create: (ports, place) => unanswered(rule.create(ports, place), rule.name, tell),
    }
    made.set(rule, known)
    return known
  }
}

/** The same rules, but that none of them judges an answer. */
export function withoutAnswers(snapshot: Snapshot<StagePorts, Issuer>, tell: Tell): Snapshot<StagePorts, Issuer> {
  const [authorize, inspect] = [ruleMaker<AuthorizeGuard>(tell), ruleMaker<Guard>(tell)]
  const replaced = (operation: Operation<StagePorts>) => ({
    ...operation,
    authorize: operation.authorize.map(authorize),
    inspect: operation.inspect.map(inspect),
  })
  return { ...snapshot, apis: snapshot.apis.map(api => ({ ...api, operations: api.operations.map(replaced) })) }
}
