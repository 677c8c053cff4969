import type { PolicyRule } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'

/** How often a policy decided. */
export interface Hits {
  readonly policy: string
  readonly effect: 'permit' | 'forbid'
  readonly rule: string
  readonly apis: readonly string[]
  readonly decided: number
  /** RFC 3339: when it last did. */
  readonly last: string | undefined
}

/** How often each policy decided, in calls that policies judged, the newest first. */
export interface Looked {
  readonly calls: number
  /** RFC 3339; undefined where there were none. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly policies: readonly Hits[]
}

const keyOf = (...names: readonly string[]) => JSON.stringify(names)

/** What decided in each call: operation, rule and policy as one text. */
const decidedIn = ({ api = '', operation = '', policies = [] }: CallEvent) =>
  policies.flatMap(({ rule, held }) => held.map(id => keyOf(api, operation, rule, id)))

export function hitsOf(rules: readonly PolicyRule[], events: readonly CallEvent[]): Looked {
  const judged = events.filter(({ policies = [] }) => policies.length > 0)
  const times = Map.groupBy(
    judged.flatMap(event => decidedIn(event).map(key => ({ key, time: event.time }))),
    ({ key }) => key,
  )
  const policies = rules.flatMap(({ rule, places, policies: all }) =>
    all.map(({ id, effect }): Hits => {
      const found = places.flatMap(({ api, operation }) => times.get(keyOf(api, operation, rule, id)) ?? [])
      const last = found
        .map(({ time }) => time)
        .sort()
        .at(-1)
      const apis = [...new Set(places.map(({ api }) => api))]
      return { policy: id, effect, rule, apis, decided: found.length, last }
    }),
  )
  return { calls: judged.length, from: judged.at(-1)?.time, to: judged[0]?.time, policies }
}
