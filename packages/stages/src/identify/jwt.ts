import { type Call, type Method, nearest, type Principal, Problem } from '@sallyport/core'
import { matchesAtHash, peekJwt } from '@sallyport/tokens'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import type { Issuer, StagePorts } from '../ports.ts'
import { refuseToken } from './bad-token.ts'
import { attributeTypesOf } from './claim-paths.ts'
import {
  challengeScheme,
  hasHeaderForScheme,
  placeSettings,
  placesLabel,
  placesOf,
  schemeWithoutHeader,
} from './place.ts'
import { credentialIn } from './present.ts'

const refuse = refuseToken('issuer-unavailable')

const bearer = { in: 'header', name: 'authorization', scheme: 'bearer' } as const

/** The ID token must belong to the access token that stands in Authorization. */
function requireAtHash(token: string, { claims }: Principal, call: Call): void {
  const access = credentialIn(call.headers.get('authorization') ?? '', bearer)
  const alg = peekJwt(token)?.jws.alg
  const hash = claims.at_hash
  if (access !== undefined && alg !== undefined && typeof hash === 'string' && matchesAtHash(hash, access, alg)) return
  throw new Problem('credential-bad', {}, 'at_hash does not name the access token in Authorization')
}

function issuerNamed(ports: StagePorts, name: string): Issuer {
  const issuer = Object.hasOwn(ports.issuers, name) ? ports.issuers[name] : undefined
  if (issuer !== undefined) return issuer
  const near = nearest(name, Object.keys(ports.issuers))
  const meant = near === undefined ? '' : `; did you mean ${near}?`
  throw new TypeError(`issuer ${name} is not declared under issuers${meant}`)
}

const usual = 'authorization'
const settings = z.union([
  z
    .string()
    .min(1)
    .transform(issuer => ({ issuer, places: placesOf({}, usual) })),
  z
    .strictObject({ issuer: z.string().min(1), ...placeSettings })
    .refine(hasHeaderForScheme, schemeWithoutHeader)
    .transform(({ issuer, ...places }) => ({ issuer, places: placesOf(places, usual) }))
    .refine(({ places }) => places.length === 1, 'a token is read in exactly one place: header, query or cookie'),
])

/** A signed token (RFC 7519) of a declared issuer. */
export const jwt = guardKind({
  kind: 'jwt',
  settings,
  label: ({ issuer, places }) => `jwt of ${issuer} in ${placesLabel(places)}`,
  create: (config, ports): Method => {
    const issuer = issuerNamed(ports, config.issuer)
    const verifier = ports.verifierOf(issuer)
    const { issuer: iss } = issuer.rules
    const accepted = (token: string, principal: Principal, call: Call): Principal => {
      if (issuer.atHash) requireAtHash(token, principal, call)
      return principal
    }
    return {
      kind: 'jwt',
      places: config.places,
      mark: iss === 'any' ? undefined : `iss=${iss}`,
      authority: iss === 'any' ? undefined : iss,
      attributes: attributeTypesOf(issuer.claims),
      owns: token => iss === 'any' || peekJwt(token)?.issuer === iss,
      verify(token, call) {
        try {
          const principal = verifier.verify(token)
          if (principal instanceof Promise) return principal.then(found => accepted(token, found, call)).catch(refuse)
          return accepted(token, principal, call)
        } catch (error) {
          return refuse(error)
        }
      },
      challenge: { scheme: challengeScheme(config.places), parameters: [`realm="${config.issuer}"`] },
    }
  },
})
