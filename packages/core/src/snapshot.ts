import { type AskReader, type AskSize, asksText } from './asks.ts'
import type { ApiLabels, Geo, View } from './call.ts'
import type { AdmitGuard, AuthorizeGuard, Guard, Limit } from './guard.ts'
import type { IdentifyTree } from './identify-tree.ts'
import type { Json, JsonLimits } from './json.ts'
import type { Method } from './method.ts'
import type { Reply } from './reply.ts'
import type { Rule, TriedRules } from './rule.ts'
import type { Secret } from './secret.ts'

/** What is asked for by calls of an operation whose path has many, as MCP and GraphQL have them. */
export interface Asks {
  /** The same for all operations of a method and path. */
  readonly reader: AskReader
  /** `tools/call search_items`, `query items`; `*` at the end for any other. */
  readonly names: readonly string[]
  /** How large it may be, where the protocol has sizes. */
  readonly most: AskSize | undefined
}

/** What tells operations with the same method and path apart. Every named member must hold the given value. */
export interface Selector {
  readonly asks?: Asks | undefined
  /** Lower-case header names. */
  readonly header?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  /** RFC 6901 pointers into a JSON body. */
  readonly json?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** A credential of ours that the upstream wants. */
export type UpstreamCredential =
  /** `scheme` stands before the value, with a space. */
  | { readonly kind: 'header'; readonly name: string; readonly scheme?: string | undefined; readonly value: Secret }
  | { readonly kind: 'query'; readonly name: string; readonly value: Secret }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }

export interface Timeouts {
  readonly connectMs: number
  readonly headersMs: number
  readonly bodyMs: number
  readonly wholeMs: number
}

/** Which answers of an upstream are kept, beside what it says itself (RFC 9111). */
export interface CacheRule {
  /** Milliseconds that an answer is fresh of which the upstream says nothing; undefined: it isn't. */
  readonly ttlMs: number | undefined
  /** Bytes that the body of a kept answer may have. */
  readonly maxBody: number
  /** Milliseconds after its freshness that an answer serves while the upstream fails, unless it says otherwise; undefined: none. */
  readonly staleIfErrorMs: number | undefined
  /** Whether callers from all addresses share answers though the upstream doesn't say that they are for everybody. */
  readonly anyAddress: boolean
}

export interface ForwardRule {
  /** Scheme, host and port: `http://127.0.0.1:9001`. */
  readonly origin: string
  /** Path put before the forwarded one; empty or `/base`. */
  readonly base: string
  /** PEM certificates that alone are trusted for this upstream. */
  readonly ca: string | undefined
  /** `sealed`: the one that the caller's own token carries. */
  readonly credential: UpstreamCredential | 'sealed' | undefined
  /** The header in which the backend is told the verified caller. */
  readonly caller: { readonly header: string } | undefined
  readonly timeouts: Timeouts
  /** Lower-case names of headers that cross over though they would be removed. */
  readonly pass: readonly string[]
  /** How many connections at the most. */
  readonly connections: number
  /** Bytes of an answer that rules may read. */
  readonly maxAnswer: number
  /** Where it is missing no answer is kept. */
  readonly cache?: CacheRule | undefined
}

/** An answer that the gateway gives itself: metadata, keys. */
export interface LocalAnswer {
  readonly contentType: string
  readonly body: string
}

/** Answers a call in this process. What it throws that is no Problem is a fault of its own, of which a caller sees nothing. */
export type Handler = (view: View) => Reply | Promise<Reply>

/** What the gateway does itself. */
export type OwnAnswer = 'preflight' | 'redirect' | 'revocation'

export type Destination =
  | { readonly upstream: ForwardRule }
  | { readonly local: LocalAnswer }
  | { readonly own: OwnAnswer }
  /** `audience`: what magic tokens must name, where they are taken. */
  | { readonly handler: Handler; readonly audience?: string | undefined }

/** How an API's refusals look. */
export interface ErrorForm {
  readonly as: 'problem' | 'json'
  /** The sentence for the caller, as `message`. */
  readonly message: boolean
  /** The same as `error`: as a text, or in an object with the code. */
  readonly error?: 'text' | 'object' | undefined
  /** Another document in the problem's place, for applications whose clients expect one; JSON. */
  readonly render?: ((problem: Readonly<Record<string, unknown>>) => unknown) | undefined
  /** What callers see of an error that is no Problem; nothing without it. */
  readonly fault?: ((error: unknown) => Readonly<Record<string, unknown>>) | undefined
}

/** So many failures in a stretch of time. */
export interface Allowance {
  readonly count: number
  readonly windowMs: number
}

/** How many failed credentials are borne before any hash or I/O is spent on another. */
export interface GuessingRule {
  readonly perIp: Allowance
  readonly perAccount: Allowance
}

/** What is remembered of calls. */
export interface RecordRules {
  /** Words in names of fields whose values are never remembered. */
  readonly redact: readonly string[]
}

export interface GatewayRules {
  /** How callers reach this gateway, without a trailing slash: `https://api.example.com`; empty where that isn't known. */
  readonly url: string
  /** Hosts that are served, lower case, without port; empty for any. */
  readonly hosts: readonly string[]
  /** Addresses and ranges whose client address header is believed. */
  readonly trustedProxies: readonly string[]
  readonly clientAddress: 'forwarded' | 'x-forwarded-for'
  readonly guessing: GuessingRule
  readonly record: RecordRules
  /** Where addresses are, as far as a database tells. */
  readonly geo?: Geo | undefined
}

/** One operation of one API, inheritance applied: every list is in the order of judgement. */
export interface Operation<Ports> {
  /** `GET /items/{id}`, with the selector where there is one: what limits, events and explanations key on. */
  readonly id: string
  /** `*` for any. */
  readonly method: string
  /** Path template below the API's own path. */
  readonly template: string
  readonly selector: Selector | undefined
  readonly admit: readonly Rule<Ports, AdmitGuard>[]
  readonly admitLimit: readonly Rule<Ports, Limit>[]
  /** Bytes that a request body may have. */
  readonly maxBody: number
  /** What a JSON body may hold, where a rule reads it. */
  readonly json: Required<JsonLimits>
  readonly identify: IdentifyTree<Rule<Ports, Method>>
  readonly authorize: readonly Rule<Ports, AuthorizeGuard>[]
  readonly limit: readonly Rule<Ports, Limit>[]
  readonly inspect: readonly Rule<Ports, Guard>[]
  readonly protect: readonly Rule<Ports, Guard>[]
  /** Missing where none is tried. */
  readonly tried?: TriedRules<Ports> | undefined
  /** Names of inherited rules that were taken away: for who reads the rules. */
  readonly without: readonly string[]
  readonly destination: Destination
}

/** What an API asks of magic tokens, beside what they say themselves. */
export interface TokenPolicy {
  /** Tokens that were issued before are refused: milliseconds since the epoch. */
  readonly from: number
  /** The longest that a token may be made for. */
  readonly longestMs: number
  /** How many parts a chain may have. */
  readonly parts: number
  /** `allowed` and `permit` beyond which no token goes, as they are written; empty for none. */
  readonly widest: Readonly<Record<string, Json>>
}

export interface Api<Ports> {
  readonly name: string
  /** Begins with `/`, no trailing slash; empty for the root. */
  readonly path: string
  readonly keepPath: boolean
  /** The preset that it was made of: for who asks how it is called. */
  readonly preset?: string | undefined
  readonly labels?: ApiLabels | undefined
  readonly errors: ErrorForm
  readonly tokens: TokenPolicy
  /** What holds for refusals of calls that led to none of its operations. */
  readonly outside: readonly Rule<Ports, Guard>[]
  /** What answers CORS preflights, whatever their path; without it they are calls like others. */
  readonly preflight?: Operation<Ports> | undefined
  readonly operations: readonly Operation<Ports>[]
}

/** Routes and rules: one small immutable value, replaced whole. A file makes one; the control plane makes one. */
export interface Snapshot<Ports, Issuer> {
  /** Names this state of the rules in every record: a SHA-256 in hex. */
  readonly hash: string
  readonly gateway: GatewayRules
  readonly issuers: Readonly<Record<string, Issuer>>
  /** What holds for refusals of calls that led to no API. */
  readonly outside: readonly Rule<Ports, Guard>[]
  /** What answers calls that came without TLS, in place of `apis`. */
  readonly plain?: Api<Ports> | undefined
  readonly apis: readonly Api<Ports>[]
}

/** An operation as permissions name it: method, path template, and what messages ask for where that tells it. */
export function permitText({
  method,
  template,
  selector,
}: Pick<Operation<unknown>, 'method' | 'template' | 'selector'>) {
  return `${method} ${template}${selector?.asks === undefined ? '' : ` ${asksText(selector.asks.names)}`}`
}
