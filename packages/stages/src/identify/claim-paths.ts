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
const path = listOf(z.string().min(1)).optional()

/** Where claims say what: members of the settings of whoever vouches for callers. */
export const claimPathSettings = {
  shape: z.enum(shapeNames).optional(),
  user: path,
  application: path,
  scopes: path,
  roles: path,
  groups: path,
}

type WrittenPaths = { readonly [Name in keyof ClaimPaths]?: readonly string[] | undefined } & {
  readonly shape?: ShapeName | undefined
}

/** The paths as written, else those of the product's shape, else `usual`, else the standards'. */
export function claimPaths(written: WrittenPaths, usual: Partial<ClaimPaths> = {}): ClaimPaths {
  const shape: ClaimPaths = { ...standard, ...usual, ...(written.shape && shapes[written.shape]) }
  return {
    user: written.user ?? shape.user,
    application: written.application ?? shape.application,
    scopes: written.scopes ?? shape.scopes,
    roles: written.roles ?? shape.roles,
    groups: written.groups ?? shape.groups,
  }
}
