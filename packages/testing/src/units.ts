import type { Api, AuthorizeGuard, Limit, Operation, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import { changed, keyOf, type ListName, listNames, partKey, type Rules } from './rules.ts'
import type { MadeRules } from './watched.ts'

/** What is tried out one by one: a rule, or one part of a rule. */
export interface Unit {
  /** A rule's key, or that of one of its parts. */
  readonly key: string
  readonly list: ListName
  readonly rule: Rule<StagePorts, unknown>
  /** Of a rule with several parts: a policy, a scope. */
  readonly part: string | undefined
  /** Whether calls pass by it; else it refuses them. */
  readonly permits: boolean
  /** Whether it changes what goes on or leaves. */
  readonly changes: boolean
  /** Where it holds: `warehouse GET /items`. */
  readonly operations: ReadonlySet<string>
  /** Whether it holds for refusals of calls that led to no operation too. */
  readonly outside: boolean
}

/** An operation as units and calls name it. */
export const placeOf = (api: string | undefined, operation: string | undefined) => `${api} ${operation}`

/** Rules that let everybody pass: there is nothing to notice of them. */
const open: ReadonlySet<string> = new Set(['anyone'])

/** What the endpoint of an application declares, where that is nothing. */
const isEmpty = ({ kind, config }: Rule<StagePorts, unknown>) =>
  kind === 'input' && Array.isArray(config) && config.length === 0

const listOf = (operation: Operation<StagePorts>, list: ListName): readonly Rule<StagePorts, unknown>[] =>
  operation[list]

const operationsOf = ({ operations, preflight }: Api<StagePorts>) =>
  preflight === undefined ? operations : [...operations, preflight]

interface Held {
  readonly list: ListName
  readonly rule: Rule<StagePorts, unknown>
  readonly operations: Set<string>
}

/** Each rule that was written, and where it holds. */
function heldIn({ apis }: Rules): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>()
  for (const api of apis.filter(({ name }) => name !== 'well-known'))
    for (const operation of operationsOf(api))
      for (const list of listNames)
        for (const rule of listOf(operation, list)) {
          if (open.has(rule.kind) || isEmpty(rule)) continue
          const key = keyOf(list, rule)
          const known = held.get(key) ?? { list, rule, operations: new Set() }
          held.set(key, known)
          known.operations.add(placeOf(api.name, operation.id))
        }
  return held
}

/** All that can be taken away. A list of which all must hold is its parts; of others the rule itself can go too. */
export function unitsOf(rules: Rules, made: MadeRules): readonly Unit[] {
  const outside = new Set(
    [rules.outside, ...rules.apis.map(api => api.outside)].flatMap(each => each.map(rule => keyOf('protect', rule))),
  )
  return [...heldIn(rules)].flatMap(([key, held]) => {
    const parts = made.parts.get(key) ?? []
    const whole: Unit = {
      ...{ ...held, key, part: undefined, permits: false },
      ...{ changes: made.changing.has(key), outside: outside.has(key) },
    }
    const each = parts.map(({ id, permits }): Unit => ({ ...whole, key: partKey(key, id), part: id, permits }))
    const isOnePart = held.list === 'authorize' && held.rule.kind !== 'policy' && parts.length < 2
    if (isOnePart || parts.length === 0) return [whole]
    return parts.every(({ permits }) => !permits) ? each : [whole, ...each]
  })
}

const withoutPart = (rule: Rule<StagePorts, AuthorizeGuard>, part: string): Rule<StagePorts, AuthorizeGuard> => ({
  ...rule,
  create(ports, place) {
    const guard = rule.create(ports, place)
    return guard.parts?.without(part) ?? guard
  },
})

const unconditional = (rule: Rule<StagePorts, Limit>): Rule<StagePorts, Limit> => ({
  ...rule,
  create(ports, place) {
    const { counts: _, ...limit } = rule.create(ports, place)
    return limit
  },
})

/** The same rules without a unit. */
export function without(rules: Rules, { list, rule, part }: Unit): Rules {
  const gone = keyOf(list, rule)
  if (part === undefined) return changed(rules, { keeps: (where, each) => keyOf(where, each) !== gone })
  return changed(rules, {
    keeps: () => true,
    limit: each => (keyOf('limit', each) === gone ? unconditional(each) : each),
    authorize: each => (keyOf('authorize', each) === gone ? withoutPart(each, part) : each),
  })
}

/** The same rules, of whose operations only these are there. */
export const onlyAt = (rules: Rules, places: ReadonlySet<string>): Rules => ({
  ...rules,
  apis: rules.apis.map(api => ({
    ...api,
    operations: api.operations.filter(({ id }) => places.has(placeOf(api.name, id))),
  })),
})
