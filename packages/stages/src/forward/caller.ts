import type { Call, Identity, Principal } from '@sallyport/core'
import { signJwt } from '@sallyport/tokens'
import type { StagePorts } from '../ports.ts'

const lifetimeSeconds = 60

const named = (identity: Identity) => ({ iss: identity.issuer, sub: identity.subject })

/**
 * Tells the backend the verified caller: a JWT signed by the gateway, good for this upstream and one minute.
 * `act` is the actor chain of RFC 8693 section 4.1; `user` and `client` are named by their own issuers.
 */
export function callerToken(call: Call, principal: Principal, audience: string, ports: StagePorts): string {
  const now = Math.floor(call.at / 1000)
  const { user, application, actors, scopes, roles, credential } = principal
  const subject = user ?? application
  const act = actors.reduceRight<object | undefined>(
    (inner, actor) => ({ ...named(actor), ...(inner && { act: inner }) }),
    undefined,
  )
  const payload = {
    iss: ports.gateway.url,
    aud: audience,
    iat: now,
    exp: now + lifetimeSeconds,
    jti: call.id,
    sub: subject?.subject ?? 'anonymous',
    credential: credential.kind,
    ...(credential.id !== '' && { credential_id: credential.id }),
    ...(user && { user: named(user) }),
    ...(application && { client: named(application), client_id: application.subject }),
    ...(act && { act }),
    ...(scopes.size > 0 && { scope: [...scopes].join(' ') }),
    ...(roles.size > 0 && { roles: [...roles] }),
  }
  return signJwt(payload, ports.callerKey, 'sallyport-caller+jwt')
}
