import type { RequestBody } from './body.ts'
import type { Call, View } from './call.ts'
import type { LimitRule, Take } from './counters.ts'
import type { HeaderList } from './headers.ts'
import type { Policies } from './policies.ts'
import type { Principal } from './principal.ts'
import type { ProblemCode } from './problems.ts'
import type { HeaderPairs, Outcome, Outgoing, Reply } from './reply.ts'
import type { Need, Site, ValuePlace } from './site.ts'
import type { Worded } from './words.ts'

/** How a call ended; `refusal` where it was not answered. */
export interface Ended extends Outcome {
  readonly refusal: ProblemCode | undefined
}

/** What is known of whatever leaves: answers, and refusals of calls of which nothing else is known. */
export interface Leaving {
  readonly status: number
  readonly method: string
  /** The request's fields. */
  readonly headers: HeaderList
  readonly encrypted: boolean
  /** Whose call it is, and where, if it was answered. */
  readonly answered?: { readonly view: View; readonly site: Site } | undefined
  /** The request's target as it came. */
  readonly target: string
  /** Of an answer that is whole, its body; undefined while it streams. */
  readonly body: string | Uint8Array | undefined
}

/** A call as a guard opened it. */
export interface OpenedCall {
  readonly headers: HeaderList
  readonly body: RequestBody
}

/** A public key of ours, as others may see it (RFC 7517). */
export type PublicJwk = Readonly<Record<string, unknown>>

/** A JSON Web Key Set of public keys (RFC 7517 section 5). */
export interface PublicJwks {
  readonly keys?: readonly object[]
}

/**
 * One rule about a call. Whatever it throws refuses the call. It answers without a promise where no I/O is needed. The view is the same
 * object from `check` to `done`.
 */
export interface Guard extends Worded {
  readonly needs?: readonly Need[]
  /** Keys that others need to check or write what this guard makes or reads; they stand in /.well-known/jwks.json. */
  readonly publishes?: readonly PublicJwk[]
  /** Those of protect are judged in inspect, before its own. */
  check?(view: View, site: Site): void | Promise<void>
  /** Of inspect: whether this guard refuses all but numbers, dates, values of a list and the like at a place. */
  pins?(place: ValuePlace): boolean
  /** Of inspect: fields and body as the guards after this one and the upstream get them, such as what was decrypted. */
  open?(view: View, site: Site): OpenedCall | Promise<OpenedCall>
  /** Changes what is forwarded: the last step before it goes, after every stage let the call pass. */
  prepare?(outgoing: Outgoing, view: View, site: Site): Outgoing | Promise<Outgoing>
  /** Changes an upstream's answer before any of it leaves. */
  reply?(reply: Reply, view: View, site: Site): Reply | Promise<Reply>
  /** Of inspect and protect: the fields of whatever leaves, refusals too, whoever calls. */
  leave?(headers: HeaderPairs, leaving: Leaving): HeaderPairs
  /** Told once of every identified call of its route, however far that came: what was held is given back here. */
  done?(ended: Ended, view: View): void | Promise<void>
}

/** What a rule is made of, where that is several: for who asks what each is good for. */
export interface RuleParts {
  /** `permits`: a call may pass by it; else it refuses calls. */
  readonly all: readonly { readonly id: string; readonly permits: boolean }[]
  /** Those that decide of a call: whatever refuses it, else what it passes by. */
  deciding(view: View, site: Site): readonly string[]
  /** The same rule without one of them. */
  without(id: string): AuthorizeGuard
}

/** A rule about the caller's rights. `scopes` are those that a challenge may name (RFC 6750 section 3). */
export interface AuthorizeGuard extends Guard {
  readonly scopes: readonly string[]
  check(view: View, site: Site): void | Promise<void>
  /** Whom outside of this process it asks, where it does: imagined calls ask nobody. */
  readonly asks?: string
  readonly policies?: Policies
  readonly parts?: RuleParts | undefined
}

/** A rule that needs no caller yet. */
export interface AdmitGuard {
  check(call: Call): void | Promise<void>
}

/** A limit says what it would take; the stage takes all of a route's limits together or none. */
export interface Limit extends Worded {
  readonly rule: LimitRule
  readonly headers: LimitHeaders
  /** Whether it is for this call; for every one where it is missing. */
  counts?(view: View): boolean
  /** What this call takes. At admit there is no principal yet. */
  take(call: Call, principal: Principal | undefined): Take
}

/** Which fields tell a caller how a limit stands: the IETF draft's, the older X-RateLimit names, both or none. */
export type LimitHeaders = 'standard' | 'x' | 'both' | 'none'
