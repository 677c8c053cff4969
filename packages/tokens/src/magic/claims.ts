import type { Json } from '@sallyport/core'
import { type ZodType, z } from 'zod'
import { BadToken } from '../bad-token.ts'
import { type JsonObject, type ParsedJws, readObject } from '../jws.ts'
import { confirmation } from './confirmation.ts'
import { readMembers, tryMembers } from './constraints.ts'

/** No Date reaches further. Whole seconds: a fraction would be one more way to write the same. */
const seconds = z.int().min(0).max(8_640_000_000_000)
const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'needs a SHA-256 in base64url')

function rootBy(members: typeof readMembers) {
  return z
    .strictObject({
      v: z.literal(1),
      iss: z.string(),
      aud: z.string(),
      jti: z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'needs 128 bits in base64url'),
      iat: seconds,
      nbf: seconds,
      exp: seconds,
      token: z.string(),
      name: z.string().min(1).max(128).optional(),
      ...members,
      cnf: confirmation.optional(),
    })
    .refine(({ allowed, permit }) => allowed !== undefined || permit !== undefined, 'needs allowed or permit')
}

function partBy(members: typeof readMembers) {
  return z.strictObject({
    v: z.literal(1),
    prev: digest,
    cnf: confirmation,
    exp: seconds.optional(),
    nbf: seconds.optional(),
    ...members,
  })
}

const root = rootBy(readMembers)
const part = partBy(readMembers)
const seal = z.strictObject({ v: z.literal(1), prev: digest })

export type RootClaims = z.output<typeof root>
export type PartClaims = z.output<typeof part>

/** A member of this name is one that checks for unknown members may not see. */
function hasPrototype(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototype)
}

const longestFault = 200

/** The first of what is wrong, with its place; cut short, for it may quote names that somebody chose. */
export function faultOf(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return 'is not what it should be'
  const place = issue.path.map(String).join('.')
  return (place === '' ? issue.message : `${place}: ${issue.message}`).slice(0, longestFault)
}

function claimsBy<Claims>(schema: ZodType<Claims>): (jws: Pick<ParsedJws, 'payload'>) => Claims {
  return ({ payload }) => {
    const written = readObject(payload, 'payload')
    if (hasPrototype(written as Json)) throw new BadToken('claim', 'a member is called __proto__')
    const read = schema.safeParse(written)
    if (!read.success) throw new BadToken('claim', faultOf(read.error))
    return read.data
  }
}

/** The claims of each kind of JWS. A BadToken for what is unknown, missing or of another type, at any depth. */
export const readRoot = claimsBy(root)
export const readPart = claimsBy(part)
export const readSeal = claimsBy(seal)

/** What a maker wants to say, wrong. `path` leads to the member. */
export class BadConstraint extends Error {
  override readonly name = 'BadConstraint'
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

export function tried<Claims>(schema: ZodType<Claims>): (claims: JsonObject) => Claims {
  return claims => {
    if (hasPrototype(claims as Json)) throw new BadConstraint('__proto__', 'is not known')
    const read = schema.safeParse(claims)
    if (read.success) return read.data
    const [issue] = read.error.issues
    throw new BadConstraint(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'is not what it should be')
  }
}

/** Claims before they are signed: patterns are run once, so that a token which no gateway takes isn't made. Throws BadConstraint. */
export const tryRoot = tried(rootBy(tryMembers))
export const tryPart = tried(partBy(tryMembers))
