import { type AttributeType, attributeTypes } from '@sallyport/core'
import { z } from 'zod'
import { listOf } from '../keys/list-of.ts'
import type { ClaimPaths } from '../ports.ts'

/** What the standards say (RFC 7519, 9068, 7662, 8693). */
const standard: ClaimPaths = {
  user: ['sub'],
  application: ['azp', 'client_id'],
  scopes: ['scope', 'scp'],
  roles: ['roles'],
  groups: ['groups'],
  attributes: {},
}

/** Where the well-known products put what the standards leave open. */
const shapes = {
  keycloak: { roles: ['realm_access.roles'] },
  entra: { user: ['oid', 'sub'], application: ['azp', 'appid'], scopes: ['scp'] },
  auth0: { scopes: ['permissions', 'scope'] },
  cognito: { application: ['client_id'], roles: ['cognito:groups'], groups: ['cognito:groups'] },
} as const satisfies Readonly<Record<string, Partial<ClaimPaths>>>

type ShapeName = keyof typeof shapes
const shapeNames = Object.keys(shapes) as [ShapeName, ...ShapeName[]]
const type = z.enum(attributeTypes)
/** Names that rules know callers by already. */
const taken = ['issuer', 'id', 'application']
const claims = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'needs a name of letters, digits and _')
      .refine(name => !taken.includes(name), `is one of ${taken.join(', ')}, which rules know already`),
    z.union([type, z.strictObject({ at: z.string().min(1).optional(), is: type })]),
  )
  .describe('Claims that policies may name, and what each holds.')

const path = listOf(z.string().min(1)).optional()

/** Where claims say what: members of the settings of whoever vouches for callers. */
export const claimPathSettings = {
  shape: z.enum(shapeNames).optional(),
  user: path,
  application: path,
  scopes: path,
  roles: path,
  groups: path,
  claims: claims.optional(),
}

type WrittenPaths = { readonly [Name in Exclude<keyof ClaimPaths, 'attributes'>]?: readonly string[] | undefined } & {
  readonly claims?: z.output<typeof claims> | undefined
  readonly shape?: ShapeName | undefined
}

/** A claim stands under its own name unless another place is given. */
const declaredClaims = (written: z.output<typeof claims> = {}): ClaimPaths['attributes'] =>
  Object.fromEntries(
    Object.entries(written).map(([name, claim]) => {
      const { at = name, is } = typeof claim === 'string' ? { is: claim } : claim
      return [name, { at, is }]
    }),
  )

/** The paths as written, else those of the product's shape, else `usual`, else the standards'. */
export function claimPaths(written: WrittenPaths, usual: Partial<ClaimPaths> = {}): ClaimPaths {
  const shape: ClaimPaths = { ...standard, ...usual, ...(written.shape && shapes[written.shape]) }
  return {
    user: written.user ?? shape.user,
    application: written.application ?? shape.application,
    scopes: written.scopes ?? shape.scopes,
    roles: written.roles ?? shape.roles,
    groups: written.groups ?? shape.groups,
    attributes: declaredClaims(written.claims),
  }
}

/** What the declared claims hold, by their names. */
export const attributeTypesOf = ({ attributes }: ClaimPaths): Readonly<Record<string, AttributeType>> =>
  Object.fromEntries(Object.entries(attributes).map(([name, { is }]) => [name, is]))
