import type { AuthorizeGuard, Guard, Limit, Operation, Rule } from '@sallyport/core'
import { needsBody } from '../bodies/needs-body.ts'
import type { StagePorts } from '../ports.ts'

/** Makes guards of the rules of each stage. */
export interface Makers {
  readonly authorize: (rule: Rule<StagePorts, AuthorizeGuard>) => AuthorizeGuard
  readonly inspect: (rule: Rule<StagePorts, Guard>) => Guard
  readonly limit: (rule: Rule<StagePorts, Limit>) => Limit
}

type Rules = Pick<
  Operation<StagePorts>,
  'method' | 'selector' | 'authorize' | 'inspect' | 'limit' | 'destination' | 'tried'
>
type Named<Made> = readonly (readonly [name: string, guard: Made])[]

const readingBody = (guards: Named<Guard | AuthorizeGuard>) =>
  guards
    .filter(([, guard]) => needsBody(guard))
    .map(([name]) => `${name} reads the body, which doesn't come through this door`)

const acting = (guards: Named<Guard | AuthorizeGuard>) =>
  guards
    .filter(([, guard]) => guard.open !== undefined || guard.prepare !== undefined || guard.reply !== undefined)
    .map(([name]) => `${name} changes what is forwarded, or judges the answer, which doesn't come through this door`)

/** What a guard tells pages by fields of whatever leaves reaches nobody. */
const telling = (guards: Named<Guard | AuthorizeGuard>) =>
  guards
    .filter(([, guard]) => guard.leave !== undefined)
    .map(([name]) => `${name} sets fields of answers, which don't come through this door`)

const held = (limits: Named<Limit>) =>
  limits
    .filter(([, { rule }]) => rule.algorithm === 'concurrency')
    .map(([name]) => `the limit ${name} counts calls under way, whose end nobody tells here`)

const selected = ({ selector, method }: Rules) =>
  selector?.json === undefined && selector?.asks?.reader.readsBody(method) !== true
    ? []
    : ["it is chosen by what its body says, which doesn't come through this door"]

/** Where messages choose, what says nothing in its body has none: whether it has, nobody tells here. */
const bodiless = (operation: Rules) =>
  operation.selector?.asks === undefined || selected(operation).length > 0
    ? []
    : ["it is chosen by its query, and servers may read a body beside it, which doesn't come through this door"]

const sealed = ({ destination }: Rules) =>
  'upstream' in destination && destination.upstream.credential === 'sealed'
    ? ["the credential that is sealed in the caller's token can't be put in its place here"]
    : []

const made = <Made>(
  rules: readonly Rule<StagePorts, Made>[],
  make: (rule: Rule<StagePorts, Made>) => Made,
): Named<Made> => rules.map(rule => [rule.name, make(rule)])

/** Why calls of an operation can't be judged for somebody else who forwards them; empty where they can. */
export function unfitToJudge(operation: Rules, makers: Makers): readonly string[] {
  const { authorize, inspect, limit, tried } = operation
  const guards = [
    ...made([...authorize, ...(tried?.authorize ?? [])], makers.authorize),
    ...made([...inspect, ...(tried?.inspect ?? [])], makers.inspect),
  ]
  const limits = made([...limit, ...(tried?.limit ?? [])], makers.limit)
  return [
    ...selected(operation),
    ...bodiless(operation),
    ...readingBody(guards),
    ...acting(guards),
    ...telling(guards),
    ...held(limits),
    ...sealed(operation),
  ]
}

/** Why it can't be asked whether somebody may call an operation; empty where it can. */
export function unfitToAsk(operation: Rules, { authorize }: Makers): readonly string[] {
  const guards = made([...operation.authorize, ...(operation.tried?.authorize ?? [])], authorize)
  return [...selected(operation), ...readingBody(guards), ...acting(guards)]
}
