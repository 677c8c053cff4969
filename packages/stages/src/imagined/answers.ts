import {
  type AuthorizeGuard,
  type Destination,
  type Guard,
  type Operation,
  onceEach,
  type Rule,
  type Snapshot,
  type TriedRule,
} from '@sallyport/core'
import type { Issuer, StagePorts } from '../ports.ts'

/** Told what an imagined call would have come to. */
interface Told {
  /** The name of a rule that would have judged the answer. */
  rule(name: string): void
  /** Whom outside of this process a rule would have asked. */
  asked(whom: string): void
  /** A handler would have answered. */
  handler(): void
}

type Tell = Told['rule']

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

/** The same right, but that it asks nobody outside: what would be said there isn't known. */
function unasked(guard: AuthorizeGuard, told: Told): AuthorizeGuard {
  const { asks } = guard
  if (asks === undefined) return guard
  return {
    ...guard,
    check() {
      told.asked(asks)
    },
  }
}

type Instead<G> = (guard: G, name: string) => G

/** How a rule's guard is made, with another in its place. */
const insteadBy =
  <G>({ create, name }: Rule<StagePorts, G>, instead: Instead<G>): Rule<StagePorts, G>['create'] =>
  (ports, place) =>
    instead(create(ports, place), name)

/** A handler does what can't be undone: in its place stands one that does nothing. */
function unhandled(destination: Destination, told: Told): Destination {
  if (!('handler' in destination)) return destination
  return {
    ...destination,
    handler() {
      told.handler()
      return { kind: 'answer', status: 200, headers: [], body: '' }
    },
  }
}

/** The same rules, but that nobody answers, and that none of them judges an answer. */
export function withoutAnswers(snapshot: Snapshot<StagePorts, Issuer>, told: Told): Snapshot<StagePorts, Issuer> {
  const tell: Tell = name => told.rule(name)
  const right: Instead<AuthorizeGuard> = (guard, name) => unasked(unanswered(guard, name, tell), told)
  const other: Instead<Guard> = (guard, name) => unanswered(guard, name, tell)
  const authorize = onceEach((rule: Rule<StagePorts, AuthorizeGuard>) => ({ ...rule, create: insteadBy(rule, right) }))
  const guarded = onceEach((rule: Rule<StagePorts, Guard>) => ({ ...rule, create: insteadBy(rule, other) }))
  const triedRight = onceEach((rule: TriedRule<StagePorts, AuthorizeGuard>) => ({
    ...rule,
    create: insteadBy(rule, right),
  }))
  const tried = onceEach((rule: TriedRule<StagePorts, Guard>) => ({ ...rule, create: insteadBy(rule, other) }))
  const replaced = (operation: Operation<StagePorts>) => ({
    ...operation,
    authorize: operation.authorize.map(authorize),
    inspect: operation.inspect.map(guarded),
    protect: operation.protect.map(guarded),
    ...(operation.tried && {
      tried: {
        ...operation.tried,
        authorize: operation.tried.authorize.map(triedRight),
        inspect: operation.tried.inspect.map(tried),
        protect: operation.tried.protect.map(tried),
      },
    }),
    destination: unhandled(operation.destination, told),
  })
  return { ...snapshot, apis: snapshot.apis.map(api => ({ ...api, operations: api.operations.map(replaced) })) }
}
