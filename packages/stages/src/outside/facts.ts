import { type Attribute, type Principal, Problem, type View } from '@sallyport/core'

/** What an outside engine is told of a call: who, what, on what, when and where from. No credential, header, query or body. */
export interface Facts {
  readonly subject: {
    readonly type: 'user' | 'application' | 'anonymous'
    readonly id: string
    /** Single texts; undefined where there is none. */
    readonly issuer: string | undefined
    readonly application: string | undefined
    readonly roles: readonly string[]
    readonly groups: readonly string[]
    readonly scopes: readonly string[]
    /** Declared claims, by the names that were declared for them. */
    readonly claims: readonly (readonly [name: string, value: Attribute])[]
  }
  readonly method: string
  readonly operation: string
  readonly api: string
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  /** RFC 3339, UTC. */
  readonly time: string
  readonly ip: string | undefined
}

/** Where a claim isn't what it was declared to be nothing can be said: as if it were missing it would open what forbids it. */
function claimsOf({ attributes = new Map() }: Principal): Facts['subject']['claims'] {
  return [...attributes].map(([name, value]) => {
    if (value !== undefined) return [name, value]
    throw new Problem('outside-refuses', {}, `the claim ${name} is not what it was declared to be`)
  })
}

function subjectOf(principal: Principal): Facts['subject'] {
  const { user, application, roles, groups, scopes } = principal
  const named = user ?? application
  const type = user !== undefined ? 'user' : application !== undefined ? 'application' : 'anonymous'
  return {
    type,
    id: named?.subject ?? 'anonymous',
    issuer: named?.issuer,
    application: application?.subject,
    roles: [...roles],
    groups: [...groups],
    scopes: [...scopes],
    claims: claimsOf(principal),
  }
}

/** What a call comes to for who judges it elsewhere. Throws Problem `outside-refuses` where that can't be told. */
export function factsOf({ call, principal }: View): Facts {
  const { method, operation, api, target, parameters, at, ip } = call
  const time = new Date(at).toISOString()
  return { subject: subjectOf(principal), method, operation, api, path: target.path, parameters, time, ip }
}
