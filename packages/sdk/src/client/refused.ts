/** What a refusal says (RFC 9457); see docs/errors.md. Undefined where whoever refused doesn't say it. */
export interface RefusedMembers {
  /** Match on it. */
  readonly code: string | undefined
  /** Which of the eight stages refused. */
  readonly stage: string | undefined
  readonly title: string | undefined
  /** What to do next. */
  readonly detail: string | undefined
  /** What the caller would need. */
  readonly missing: { readonly scopes: readonly string[]; readonly roles: readonly string[] }
  /** Seconds after which the same call may succeed. */
  readonly retryAfter: number | undefined
  /** Input by its place, with what is wrong with it. */
  readonly errors: Readonly<Record<string, readonly string[]>>
  /** What records know the call by. */
  readonly callId: string | undefined
}

/** A call that was refused, or failed. */
export class Refused extends Error implements RefusedMembers {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string | undefined
  readonly stage: string | undefined
  readonly title: string | undefined
  readonly detail: string | undefined
  readonly missing: RefusedMembers['missing']
  readonly retryAfter: number | undefined
  readonly errors: RefusedMembers['errors']
  readonly callId: string | undefined

  constructor(route: string, status: number, members: RefusedMembers) {
    const { code, stage, title, detail, missing, retryAfter, errors, callId } = members
    super(`${route}: ${[status, code, detail ?? title].filter(part => part !== undefined).join(' ')}`)
    this.status = status
    this.code = code
    this.stage = stage
    this.title = title
    this.detail = detail
    this.missing = missing
    this.retryAfter = retryAfter
    this.errors = errors
    this.callId = callId
  }
}

type Members = Readonly<Record<string, unknown>>

const membersIn = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
const textIn = (value: unknown) => (typeof value === 'string' ? value : undefined)
const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(each => typeof each === 'string') : []

/** `Retry-After` in seconds (RFC 9110 section 10.2.3). */
function secondsIn(member: unknown, field: string | null): number | undefined {
  if (typeof member === 'number') return member
  return field !== null && /^\d{1,9}$/.test(field) ? Number(field) : undefined
}

/** A refusal as it was answered. What isn't of the form that it should have is left out. */
export function refusedBy(route: string, { status, headers }: Response, body: unknown): Refused {
  const said = membersIn(body)
  const missing = membersIn(said.missing)
  return new Refused(route, status, {
    code: textIn(said.code),
    stage: textIn(said.stage),
    title: textIn(said.title),
    detail: textIn(said.detail),
    missing: { scopes: textsIn(missing.scopes), roles: textsIn(missing.roles) },
    retryAfter: secondsIn(said.retryAfter, headers.get('retry-after')),
    errors: Object.fromEntries(Object.entries(membersIn(said.errors)).map(([place, texts]) => [place, textsIn(texts)])),
    callId: textIn(said.callId) ?? headers.get('sallyport-call-id') ?? undefined,
  })
}
