/** One kind of refusal: its HTTP status and the short title that every caller sees. Codes are never reused. */
interface ProblemKind {
  readonly status: number
  readonly title: string
}

/** Every code that Sallyport can answer with. The code is the last part of the problem's `type`. */
export const problems = {
  // admit
  'request-malformed': { status: 400, title: 'The request is not well-formed HTTP' },
  'target-malformed': { status: 400, title: 'The request target is not acceptable' },
  'target-ambiguous': { status: 400, title: 'The request target could mean two operations' },
  'body-malformed': { status: 400, title: 'The body cannot be read' },
  'header-mismatch': { status: 400, title: 'A header field does not say what the body says' },
  'address-refused': { status: 403, title: 'Calls from this address are not accepted' },
  'route-unknown': { status: 404, title: 'Nothing is served at this path' },
  'operation-unknown': { status: 403, title: 'Nothing here does what the message asks for' },
  'method-unknown': { status: 405, title: 'This path does not have that method' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'length-required': { status: 411, title: 'The request must say how long its body is' },
  'body-too-large': { status: 413, title: 'The body is larger than this operation accepts' },
  'media-unsupported': { status: 415, title: 'The body has a type or coding that cannot be read here' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  'host-unknown': { status: 421, title: 'This host is not served here' },
  // never sent: there is nobody left to read it
  'caller-gone': { status: 499, title: 'The caller went away' },
  'headers-too-large': { status: 431, title: 'The header section is too large' },
  'method-unsupported': { status: 501, title: 'This method is not supported' },
  'upgrade-unsupported': { status: 501, title: 'Changing protocols is not supported' },
  // identify
  'credential-missing': { status: 401, title: 'A credential is needed' },
  'credential-bad': { status: 401, title: 'The credential is not valid' },
  'proof-bad': { status: 401, title: 'The proof that goes with the token is not valid' },
  'credential-expired': { status: 401, title: 'The credential has expired' },
  'credential-refused-here': { status: 403, title: 'The credential may not be used from here' },
  'issuer-unavailable': { status: 503, title: 'The credential cannot be checked at the moment' },
  'token-unavailable': { status: 503, title: 'Magic tokens cannot be checked at the moment' },
  // authorize
  'scope-missing': { status: 403, title: 'The credential lacks a scope' },
  'role-missing': { status: 403, title: 'The caller lacks a role' },
  'not-allowed': { status: 403, title: 'The caller may not do this' },
  'policy-refuses': { status: 403, title: 'A policy does not allow this' },
  'outside-refuses': { status: 403, title: 'An outside policy engine does not allow this' },
  'outside-unavailable': { status: 503, title: 'An outside policy engine cannot be asked at the moment' },
  'not-permitted': { status: 403, title: 'The token does not permit this' },
  'not-owned': { status: 403, title: 'The caller did not create this' },
  'change-under-way': { status: 409, title: 'Another change of this is under way' },
  // inspect
  'origin-not-allowed': { status: 403, title: 'Pages of this origin may not do this' },
  'threat-found': { status: 400, title: 'The call holds what looks like an attack' },
  'csrf-token-missing': { status: 403, title: 'The token against forged calls is missing' },
  'csrf-token-bad': { status: 403, title: 'The token against forged calls is not valid' },
  // limit
  'limit-exceeded': { status: 429, title: 'Too many calls' },
  'attempts-exceeded': { status: 429, title: 'Too many failed attempts' },
  'limit-unavailable': { status: 503, title: 'The limit cannot be counted at the moment' },
  // inspect
  'signature-bad': { status: 400, title: 'The signature of the message is missing or not valid' },
  'decryption-failed': { status: 400, title: 'The message is not encrypted as it has to be' },
  'keys-unavailable': { status: 503, title: 'Keys that are needed cannot be had at the moment' },
  // protect
  'recipient-unknown': { status: 403, title: 'There is no key to encrypt with for this caller' },
  'answer-invalid': { status: 502, title: 'The service behind gave an answer that may not leave' },
  // forward
  'upstream-unreachable': { status: 502, title: 'The service behind could not be reached' },
  'upstream-broken': { status: 502, title: 'The service behind gave an unusable answer' },
  /** With the status of the service behind, where that is told. */
  'upstream-failed': { status: 502, title: 'The service behind reported an error' },
  'upstream-timeout': { status: 504, title: 'The service behind took too long' },
  'not-cached': { status: 504, title: 'No stored answer fits, and none but a stored one was wanted' },
  overloaded: { status: 503, title: 'Too many calls are under way' },
  // decisions
  'door-refused': { status: 403, title: 'Nothing is decided for whoever asks so' },
  // management
  'operator-unknown': { status: 401, title: "An operator's key is needed" },
  'origin-refused': { status: 403, title: 'Pages of other origins are not answered here' },
  'input-invalid': { status: 400, title: 'The input is not valid' },
  'call-unknown': { status: 404, title: 'No record of that call' },
  // anything else
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof problems

/** What a caller may see beside the code's own title: typed members of the problem document (RFC 9457 section 3.2). */
export interface Shown {
  /** The status, where it isn't the one that the code has. */
  readonly status?: number
  /** A sentence for the caller: what to do next. */
  readonly detail?: string
  /** What the credential or caller would need: scopes, roles. */
  readonly missing?: { readonly scopes?: readonly string[]; readonly roles?: readonly string[] }
  /** The name of the limit that refused. */
  readonly limit?: string
  /** Seconds after which the same call may succeed. */
  readonly retryAfter?: number
  /** Field to messages, for invalid input. */
  readonly errors?: Readonly<Record<string, readonly string[]>>
  /** How the missing right may be asked for; nothing fills it yet. */
  readonly mayRequest?: string
  /** Response header fields that belong to the refusal: WWW-Authenticate, Allow, RateLimit. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
}

/** What a refusal warns of. The caller sees nothing of it. */
export type Alert = 'canary-used'

/** A refusal. `shown` goes to the caller; `reason` goes to the log and the call's record only. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly shown: Shown
  readonly reason: string
  /** What the operator is warned of, beside the refusal. */
  readonly alert: Alert | undefined

  constructor(code: ProblemCode, shown: Shown, reason: string, alert?: Alert) {
    super(reason)
    this.code = code
    this.shown = shown
    this.reason = reason
    this.alert = alert
  }

  get status(): number {
    return this.shown.status ?? problems[this.code].status
  }
}
