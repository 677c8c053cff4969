import type { ClaimPaths } from '@sallyport/stages'
import type { WrittenIssuer } from '../schema/issuer.ts'

type Shape = NonNullable<WrittenIssuer['shape']>

const standard: ClaimPaths = {
  user: ['sub'],
  application: ['azp', 'client_id'],
  scopes: ['scope', 'scp'],
  roles: ['roles'],
  groups: ['groups'],
}

/** Where the well-known products put what the standards leave open. */
const shapes: Readonly<Record<Shape, Partial<ClaimPaths>>> = {
  keycloak: { roles: ['realm_access.roles'] },
  entra: { user: ['oid', 'sub'], application: ['azp', 'appid'], scopes: ['scp'] },
  auth0: { scopes: ['permissions', 'scope'] },
  cognito: { application: ['client_id'], roles: ['cognito:groups'], groups: ['cognito:groups'] },
}

/** The paths as written, else those of the product's shape, else the standards'. */
export function claimPaths(written: WrittenIssuer): ClaimPaths {
  const shape = { ...standard, ...(written.shape && shapes[written.shape]) }
  return {
    user: written.user ?? shape.user,
    application: written.application ?? shape.application,
    scopes: written.scopes ?? shape.scopes,
    roles: written.roles ?? shape.roles,
    groups: written.groups ?? shape.groups,
  }
}
