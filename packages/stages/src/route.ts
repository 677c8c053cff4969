import type {
  AdmitGuard,
  ApiLabels,
  AuthorizeGuard,
  ErrorForm,
  Guard,
  JsonLimits,
  Limit,
  RequestBody,
  Selector,
  Site,
} from '@sallyport/core'
import type { HeldBodies } from './bodies/held-bodies.ts'
import type { Responder } from './forward/forward.ts'
import type { Hooks } from './hooks.ts'
import type { AttemptRules } from './identify/attempts.ts'
import type { Identification } from './identify/identification.ts'
import type { TokenRules } from './identify/token-policy.ts'
import type { Made } from './judge.ts'
import type { StagePorts } from './ports.ts'
import type { PolicyRecorder } from './record/facts.ts'
import type { SharedLimit } from './shadow/trials.ts'

/** A limit with the part of its RateLimit-Policy that never changes. */
export interface NamedLimit extends Made<Limit> {
  readonly policy: string
}

/** One operation with its guards made: all that a call needs to know of the rules. */
export interface Route {
  readonly api: string
  readonly labels: ApiLabels
  readonly apiPath: string
  /** What challenges tell the metadata of. */
  readonly resourcePath: string
  readonly keepPath: boolean
  readonly errors: ErrorForm
  readonly operation: string
  readonly method: string
  readonly selector: Selector | undefined
  readonly admit: readonly Made<AdmitGuard>[]
  readonly admitLimit: readonly NamedLimit[]
  readonly maxBody: number
  /** What a JSON body may hold. */
  readonly json: Required<JsonLimits>
  readonly identify: Identification
  readonly attempts: AttemptRules
  readonly authorize: readonly Made<AuthorizeGuard>[]
  /** The scopes that a challenge names. */
  readonly scopes: readonly string[]
  readonly limit: readonly NamedLimit[]
  /** Limits on trial that are enforced for some callers: taken with the others, and shown to nobody. */
  readonly sharedLimits: readonly (NamedLimit & SharedLimit)[]
  readonly inspect: readonly Made<Guard>[]
  /** A body of which a copy is kept; missing where no rule on trial reads any. */
  readonly copied: ((body: RequestBody, call: string) => RequestBody) | undefined
  readonly responder: Responder
  /** The guards that do more than check, and what they are given of a call. */
  readonly hooks: Hooks
  readonly site: Site
  /** What is asked of magic tokens. */
  readonly tokens: TokenRules
  /** Bodies in memory that were read to judge calls. */
  readonly held: HeldBodies
  /** Stage by stage the names and labels of the rules, for records. */
  readonly rules: Readonly<Record<string, string[]>>
  readonly ports: StagePorts
  /** What is recorded of its policies, where it has any. */
  readonly policies: PolicyRecorder | undefined
}
