import { type Attribute, attributeOf, type Identity, type Json, type Principal, remembered } from '@sallyport/core'
import { type Claims, claimAt, fingerprint } from '@sallyport/tokens'
import type { ClaimPaths, Issuer } from '../ports.ts'

function first(claims: Claims, paths: readonly string[]): Json | undefined {
  for (const path of paths) {
    const value = claimAt(claims, path)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

const none: ReadonlySet<string> = new Set()

/** Many tokens say the same: one set serves them all. */
const wordsIn = remembered((text): ReadonlySet<string> => new Set(text.split(' ').filter(word => word !== '')))

/** A claim as words: a list of texts, or one text split at spaces (RFC 8693 section 4.2). Anything else holds none. */
function words(value: Json | undefined): ReadonlySet<string> {
  if (typeof value === 'string') return wordsIn(value)
  if (!Array.isArray(value)) return none
  return new Set(value.filter(item => typeof item === 'string'))
}

/** Names in a list; one text is one name, for `administrator` is not `admin`. */
function names(value: Json | undefined): ReadonlySet<string> {
  return typeof value === 'string' ? new Set([value]) : words(value)
}

const asIdentity = (issuer: string, subject: Json | undefined): Identity | undefined =>
  typeof subject === 'string' && subject !== '' ? { issuer, subject } : undefined

/** Who acts, nearest first: `act` within `act` (RFC 8693 section 4.1). */
function actorsIn(issuer: string, claims: Claims): Identity[] {
  const actors: Identity[] = []
  let act: Json | undefined = claims.act
  while (typeof act === 'object' && act !== null && !Array.isArray(act)) {
    const level: Readonly<Record<string, Json>> = act
    const actor = asIdentity(typeof level.iss === 'string' ? level.iss : issuer, level.sub)
    if (actor !== undefined) actors.push(actor)
    act = level.act
  }
  return actors
}

/** The declared claims that there are. One that isn't of its type is told as undefined: null, too. */
function attributesIn(claims: Claims, { attributes }: ClaimPaths): ReadonlyMap<string, Attribute | undefined> {
  const found = Object.entries(attributes).map(([name, { at, is }]) => [name, is, claimAt(claims, at)] as const)
  return new Map(
    found.flatMap(([name, is, value]) => (value === undefined ? [] : [[name, attributeOf(is, value)] as const])),
  )
}

/** Who vouches for a caller, and where it says what. */
interface Voucher {
  readonly issuer: string
  readonly paths: ClaimPaths
  /** The kind of credential. */
  readonly kind: string
}

/** The caller that claims name, for a token that they are of. */
export function callerIn(claims: Claims, token: string, { issuer, paths, kind }: Voucher): Principal {
  const application = asIdentity(issuer, first(claims, paths.application))
  const subject = asIdentity(issuer, first(claims, paths.user))
  // A client's own token names the client as its subject (RFC 9068 section 2.2): that is no user.
  const user = subject !== undefined && subject.subject === application?.subject ? undefined : subject
  return {
    user,
    application,
    actors: actorsIn(issuer, claims),
    // A genuine token without an id is told from others by its digest.
    credential: { kind, id: typeof claims.jti === 'string' && claims.jti !== '' ? claims.jti : fingerprint(token) },
    scopes: words(first(claims, paths.scopes)),
    roles: names(first(claims, paths.roles)),
    groups: names(first(claims, paths.groups)),
    claims,
    attributes: attributesIn(claims, paths),
  }
}

/** The caller that a verified token names, by the paths of its issuer. */
export const principalOf = ({ name, claims: paths }: Issuer, claims: Claims, token: string): Principal =>
  callerIn(claims, token, { kind: 'jwt', issuer: claims.iss ?? name, paths })
