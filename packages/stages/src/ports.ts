import type {
  AttributeType,
  CallEvent,
  Clock,
  Counters,
  ForwardRule,
  GatewayRules,
  GuardState,
  Outgoing,
  Principal,
  Reply,
  Sets,
} from '@sallyport/core'
import type {
  Introspector,
  IntrospectorOptions,
  JwtRules,
  JwtVerifier,
  KeySource,
  MagicToken,
  PasswordChecker,
  SigningKey,
} from '@sallyport/tokens'
import type { AnswerStore } from './forward/cache/stored.ts'
import type { AskOutside } from './outside/ask.ts'

/** Sends a request on and gives the answer's head as soon as it is there. Throws Problem `upstream-…`. */
export interface Upstreams {
  send(outgoing: Outgoing, rule: ForwardRule): Reply | Promise<Reply>
}

/** An issuer as the configuration gives it: whom it may vouch for, with which keys, and where claims stand. */
export interface Issuer {
  /** As the configuration names it. */
  readonly name: string
  readonly rules: JwtRules
  readonly keys: KeysAt
  readonly claims: ClaimPaths
  /** Whether its tokens are ID tokens whose at_hash binds them to an access token (OIDC Core 3.1.3.6). */
  readonly atHash: boolean
}

/** Where an issuer's keys are. */
export type KeysAt =
  | { readonly discovery: string }
  /** `use: enc`: keys that something is encrypted for. */
  | { readonly jwksUrl: string; readonly use?: 'enc' }
  | { readonly source: KeySource; readonly id: string }

/** Paths into the claims, as `claimAt` reads them; the first that leads to something counts. */
export interface ClaimPaths {
  readonly user: readonly string[]
  readonly application: readonly string[]
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** Claims that rules may name. */
  readonly attributes: Readonly<Record<string, DeclaredClaim>>
}

/** Where a claim stands, and what it holds. */
export interface DeclaredClaim {
  readonly at: string
  readonly is: AttributeType
}

/** What is needed to tell whether magic tokens are good. */
export interface MagicTokens {
  /** The gateway that makes them, where that is another than this. */
  readonly issuer?: string
  /** A genuine token of this gateway of so many parts at the most; throws BadToken for any other. */
  verify(token: string, most: number): MagicToken
  /** Asked on every call. Throws BadToken `unavailable` where it isn't known what is revoked. */
  isRevoked(id: string): boolean
  /** Whether a token was made to be found by whoever has no business with it. Throws as `isRevoked` does. */
  isCanary(jti: string): boolean
  /**
   * Ends a genuine token, on disk when this resolves, with its last part, so that what it was made of stays good. Others are passed
   * over. Rejects with BadToken `unavailable` where the list can't be read.
   */
  revoke(token: string, now: number): Promise<void>
  /** Whether a proof is used for the first time, which it is remembered for. Times are milliseconds since the epoch. */
  isFirstUse(proof: string, until: number, now: number): boolean
}

/** What guards are made with. State in here outlives a reload. */
export interface StagePorts {
  readonly clock: Clock
  /** 128 random bits in hex. */
  readonly newId: () => string
  readonly counters: Counters
  /**
   * Where limits by address and failed credentials are counted: apart, so that callers whom nobody knows cannot fill the
   * store that known callers are counted in.
   */
  readonly edgeCounters: Counters
  /** Where limits are counted that are only tried: they take no room of those that are enforced. */
  readonly trialCounters: Counters
  readonly sets: Sets
  readonly upstreams: Upstreams
  /** For what guards ask upstreams on their own account: it reads and changes nothing. */
  readonly asking: Upstreams
  /** What upstreams answered, to be given again on routes that ask for that. */
  readonly answers: AnswerStore
  /** What the guard of a rule remembers, by the rule's owner and name. */
  readonly stateOf: (rule: { readonly owner: string; readonly name: string }) => GuardState
  readonly passwords: PasswordChecker
  /** The verifier of an issuer's tokens: one an issuer, so that what was verified is remembered once. */
  readonly verifierOf: (issuer: Issuer) => JwtVerifier<Principal>
  /** What asks an authority about tokens: one an authority, so that what it said is remembered once. */
  readonly introspectorOf: (options: IntrospectorOptions) => Introspector
  readonly magicTokens: MagicTokens
  /** Asks outside engines that judge calls. */
  readonly askOutside: AskOutside
  /** A key of 256 bits that is always the same for one purpose, and tells nothing of those for others. */
  readonly derivedKey: (purpose: string) => Uint8Array
  /** Those of secrets that were in use before: what was made with them is good still. */
  readonly formerKeys?: (purpose: string) => readonly Uint8Array[]
  /** The keys that are published there: one source a place, so that they are fetched once. */
  readonly keysAt: (keys: KeysAt) => KeySource
  /** Whether a signed request comes for the first time, which it is remembered for. Times are milliseconds since the epoch. */
  readonly isFirstUse: (id: string, until: number, now: number) => boolean
  /** Signs what the backend is told of the caller. */
  readonly callerKey: SigningKey
  readonly record: (event: CallEvent) => void
  /** Whether anybody is told of calls that were neither refused nor failed: yes where it isn't said. No record is made of them where not. */
  readonly hearsAnswered?: () => boolean
  /** Told what went wrong where no call waits for it. */
  readonly fault: (error: unknown) => void
  readonly issuers: Readonly<Record<string, Issuer>>
  readonly gateway: GatewayRules
}
