import type { AttributeType } from './attribute.ts'
import type { RequestBody } from './body.ts'
import type { ApiLabels, Call, Geo, View } from './call.ts'
import type { PolicyAnswer, PolicyVerdict } from './call-facts.ts'
import type { LimitRule, Take } from './counters.ts'
import type { CallEvent, Finding } from './event.ts'
import type { HeaderList } from './headers.ts'
import type { Json } from './json.ts'
import type { PolicyExplanation } from './policy-explanation.ts'
import type { Principal } from './principal.ts'
import type { ProblemCode } from './problems.ts'
import type { HeaderPairs, Outcome, Outgoing, Reply } from './reply.ts'
import type { TokenPolicy } from './snapshot.ts'

/** What an upstream said when it was asked. */
export interface Asked {
  readonly status: number
  /** Undefined where there is none, or where it isn't JSON. */
  readonly json: Json | undefined
}

/** What a caller sent, without its credentials and cookies. */
export interface Told {
  /** Below the API's own path, normalised. */
  readonly path: string
  /** With its question mark; empty where there is none. */
  readonly query: string
  readonly headers: HeaderPairs
}

/** Every field that a caller sent, whether or not it goes on, but for its credentials. */
export interface Fields {
  readonly headers: HeaderPairs
  /** The values of Cookie, without those that are credentials. */
  readonly cookies: readonly string[]
}

/** The bytes of a body as they mean something. */
export interface Content {
  /** The media type as it was sent; empty where none was. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly reply: Extract<Reply, { readonly kind: 'answer' }>
  /** Undefined where it isn't strict JSON. */
  readonly json: Json | undefined
}

/** What a place gives guards of the calls that pass it; where a member is missing it can't. */
export interface Site {
  /** The API's own path; empty for the root. */
  readonly path: string
  told(view: View): Told
  fields(view: View): Fields
  /** Writes what a rule found, and lets pass, into the call's record. */
  found(finding: Finding, view: View): void
  /** Whether another guard of inspect refuses all but numbers, dates, values of a list and the like at a place. */
  pinned(place: ValuePlace): boolean
  /** The JSON body of a call, read once; undefined where there is none. Throws Problem `body-…`, `media-unsupported`. */
  readonly body?: (view: View) => Json | undefined | Promise<Json | undefined>
  /** The body of a call, read once, its codings undone; undefined where there is none. Throws Problem `body-…`, `media-unsupported`. */
  readonly content?: (view: View) => Content | undefined | Promise<Content | undefined>
  /** The body of a call as it was sent, read once; empty where there is none. Throws Problem `body-…`. */
  readonly sent?: (view: View) => Uint8Array | Promise<Uint8Array>
  /** An answer read whole, its coding taken off. Throws Problem `upstream-broken` where that can't be. */
  readonly answer?: (reply: Reply, view: View) => Promise<WholeAnswer>
  /** GETs a path and query of the call's own upstream, with the credential that the call gets. Throws Problem `upstream-…`. */
  readonly upstream?: (path: string, view: View) => Promise<Asked>
  /** A text of the upstream's without the credential that the configuration shows it, for what is to be remembered. */
  readonly withoutCredential?: (text: string) => string
}

/** What a guard may want of the place where it runs. A place that can't give it doesn't load the guard. */
export type Need = Exclude<keyof Site, 'told' | 'fields' | 'found' | 'pinned' | 'path'>

/** Where a value of a request stands: `at` is a name, or a JSON pointer (RFC 6901) into a body. */
export interface ValuePlace {
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'body'
  readonly at: string
}

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

/** What is in words that may name something. */
export interface Worded {
  /** What somebody ought to look at. */
  readonly notes?: readonly RuleFault[]
  /** What it names that isn't there, or can never be. */
  faults?(words: Words): readonly RuleFault[]
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

/** What rules may name of an application or an API. */
export interface Words {
  /** Ids of its operations. */
  readonly operations: readonly string[]
  /** Names that its path templates capture. */
  readonly parameters: readonly string[]
  /** Claims that those who vouch for its callers declare. */
  readonly attributes: Readonly<Record<string, AttributeType>>
  /** Of the API, where it is one. */
  readonly labels?: ApiLabels | undefined
  /** What is known of addresses. */
  readonly geo?: Geo | undefined
}

/** Something in a rule's file or text, which count lines and columns from 1. */
export interface RuleFault {
  readonly message: string
  readonly line: number | undefined
  readonly column: number | undefined
  /** Where in the rule's settings the text stands; the rule itself unless told. */
  readonly at?: readonly (string | number)[] | undefined
}

/** What policies name of calls: their records hold it. */
export interface NamedFacts {
  /** Of callers and of the route: claims and parameters. */
  readonly attributes: ReadonlySet<string>
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly scopes: readonly string[]
  readonly headers: readonly string[]
  readonly query: readonly string[]
}

/** Policies that judge calls, as records tell of them. */
export interface Policies {
  readonly names: NamedFacts
  /** What they made of a call; undefined where they weren't asked. */
  judged(view: View): Omit<PolicyVerdict, 'rule'> | undefined
  /** Why they let a call pass or refuse it, by its record; `words` are those of its operation. Undefined where that can't be told. */
  explain(event: CallEvent, words: Words): Omit<PolicyExplanation, 'rule'> | undefined
  /** What they would say of a call, by its record: never what might be otherwise. */
  answer(event: CallEvent, words: Words): PolicyAnswer
  /** Of policies that judge alike it is the same. */
  readonly source: string
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

/** Where a credential stands in a request. Header names in lower case. */
export type Place =
  | { readonly in: 'header'; readonly name: string; readonly scheme: string | undefined }
  | { readonly in: 'query'; readonly name: string }
  | { readonly in: 'cookie'; readonly name: string }

/** A WWW-Authenticate challenge (RFC 9110 section 11.6.1) without error parameters. */
export interface MethodChallenge {
  readonly scheme: string
  readonly parameters: readonly string[]
}

/** One way to tell who is calling. */
export interface Method {
  readonly kind: string
  /** Where it reads: nowhere for anonymous, whose credential is the empty text. */
  readonly places: readonly Place[]
  /** What tells this method's credentials from others in the same place: `iss=…`, `prefix=sp_`; undefined claims all. */
  readonly mark: string | undefined
  /** Whether a credential found in its place is this method's own. */
  owns(credential: string): boolean
  /** The account that a credential names, so that guesses can be counted before any hash. */
  account?(credential: string): string | undefined
  /**
   * `tokens` is what the API asks of magic tokens. Throws Problem `credential-bad`, `credential-expired`, `credential-refused-here` or
   * `issuer-unavailable`.
   */
  verify(credential: string, call: Call, tokens: TokenPolicy): Principal | Promise<Principal>
  /** The claims that its callers may have, by their declared names. */
  readonly attributes?: Readonly<Record<string, AttributeType>> | undefined
  /** Who gives its credentials to callers, where that is one and is known: an issuer of tokens. */
  readonly authority?: string | undefined
  readonly challenge: MethodChallenge | undefined
  /** A second one, for clients that wait for it before they send a password. */
  readonly passwordChallenge?: MethodChallenge | undefined
  /** A third, for clients that prove to have the key that their token is bound to (RFC 9449 section 7.1). */
  readonly proofChallenge?: MethodChallenge | undefined
}
