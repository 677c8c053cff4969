import { type Call, type Limit, type Principal, Problem } from '@sallyport/core'
import { type Bound, conditional, conditionSettings, limitKinds, type OnTrial, settingsFor } from '@sallyport/stages'
import type { CedarCondition } from './condition.ts'
import { declared } from './declared.ts'

/** A call that is about to be counted. Its body has not been read. */
export interface CountedRequest {
  readonly method: string
  /** Normalised. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly ip: string | undefined
  readonly caller: Principal | undefined
}

/** Names what a call is counted as: a text that isn't empty. Where it throws or gives anything else the call is refused. */
export type KeyOf = (request: CountedRequest) => string

/** How often a caller may call; see docs/configuration.md, `limit`. */
export interface LimitOptions extends Partial<OnTrial> {
  /** `100/minute`, `5/10m`. */
  readonly allow: string
  readonly per:
    | 'ip'
    | 'user'
    | 'application'
    | 'credential'
    | 'everyone'
    | { readonly claim: string }
    | { readonly header: string }
    | KeyOf
  readonly algorithm?: 'fixedWindow' | 'slidingWindow' | 'tokenBucket'
  readonly burst?: number
  /** `standard` unless given. */
  readonly headers?: 'standard' | 'x' | 'both' | 'none'
  /** Calls that meet it count, and those of which that can't be told: all of them unless given. */
  readonly when?: CedarCondition
}

export type LimitRule = Bound<Limit>

function requestOf({ method, target, parameters, headers, ip }: Call, caller: Principal | undefined): CountedRequest {
  const fields = new Headers()
  for (const [i, name] of headers.names.entries()) fields.append(name, headers.valueAt(i))
  const query = new URLSearchParams(target.query ?? '')
  return { method, path: target.path, params: parameters, query, headers: fields, ip, caller }
}

function keyBy(keyOf: KeyOf, call: Call, principal: Principal | undefined): string {
  const unavailable = (reason: string) => new Problem('limit-unavailable', {}, reason)
  let key: unknown
  try {
    key = keyOf(requestOf(call, principal))
  } catch (error) {
    throw unavailable(`the function of the limit threw ${String(error)}`)
  }
  if (typeof key !== 'string' || key === '')
    throw unavailable(
      `the function of the limit gave ${typeof key === 'string' ? 'an empty text' : `no text: ${typeof key}`}`,
    )
  return key
}

/** A limit for everyone, with a counter for each key that a function gives. */
function apartBy(keyOf: KeyOf, together: LimitRule, allow: string): LimitRule {
  return {
    ...together,
    label: together.label.replace(`${allow} for everyone`, `${allow} per function`),
    create(ports, rule) {
      const limit = together.create(ports, rule)
      return {
        ...limit,
        take(call, principal) {
          const take = limit.take(call, principal)
          return { ...take, key: `${take.key} function ${keyBy(keyOf, call, principal)}` }
        },
      }
    },
  }
}

export function limitRule(name: string, { per, when, ...options }: LimitOptions): LimitRule {
  const settings = settingsFor(limitKinds.allow.settings, options)
  const bind = (written: Exclude<LimitOptions['per'], KeyOf>): LimitRule =>
    declared(`limit.${name}`, settings, { ...options, per: written })
  const limit = typeof per === 'function' ? apartBy(per, bind('everyone'), options.allow) : bind(per)
  return when === undefined ? limit : conditional(limit, declared(`limit.${name}.when`, conditionSettings, when))
}
