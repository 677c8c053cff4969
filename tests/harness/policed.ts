import { startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import { guardedYaml, staffIssuer } from './guarded.ts'
import type { Lifetime } from './lifetime.ts'
import { bearer, testIssuer } from './tokens.ts'

export const issuer = await testIssuer()

/** A gateway before one operation with policies in rules.cedar, and calls of alice's with more claims. */
export async function gatewayWith(
  t: Lifetime,
  cedar: string,
  { authorize = '{ policy: rules.cedar }', claims = '{}', operation = 'GET /items', more = '' } = {},
) {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    issuers: `{ staff: ${staffIssuer(`claims: ${claims}`)} }`,
    identify: '{ jwt: staff }',
    ...{ authorize, operation, more },
  })
  const gateway = await startGateway(t, yaml, { files: { 'jwks.json': issuer.jwks, 'rules.cedar': cedar } })
  const answer = async (claims: object, path = '/warehouse/items', init: RequestInit = {}) => {
    const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, ...claims })
    return gateway.call(path, { ...init, headers: { ...bearer(token).headers, ...init.headers } })
  }
  const status = async (...call: Parameters<typeof answer>) => (await answer(...call)).status
  return { gateway, backend, answer, status }
}
