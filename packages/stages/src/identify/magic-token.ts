import { type Call, type Method, type Place, type Principal, Problem } from '@sallyport/core'
import { isMagicToken, judgeMagicToken, type MagicToken } from '@sallyport/tokens'
import { z } from 'zod'
import { isKept } from '../browsers/ambient.ts'
import { isReading } from '../browsers/methods.ts'
import { ownOrigin } from '../browsers/own-origin.ts'
import { requireOwnPage } from '../browsers/own-page.ts'
import { guardKind } from '../kind.ts'
import { refuseToken } from './bad-token.ts'
import { grantOf } from './magic-grant.ts'
import { challengeScheme, placeSettings, placesLabel, placesOf } from './place.ts'
import { refuseDpop, requireProof } from './proof.ts'

const nobody: ReadonlySet<string> = new Set()
const refuse = refuseToken('token-unavailable')

const authorization = 'authorization'
const realm = 'realm="magic"'

/** The schemes in which clients of other people's APIs send a token: as RFC 6750 has it, as GitHub's do, as a password; with a proof. */
const schemes = ['bearer', 'token', 'basic', 'dpop']
const usualPlaces: Place[] = schemes.map(scheme => ({ in: 'header', name: authorization, scheme }))

const settings = z.union([
  z.literal(true).transform(() => usualPlaces),
  z
    .strictObject({ header: placeSettings.header, scheme: placeSettings.scheme })
    .transform(({ header = authorization, scheme }) =>
      header === authorization && scheme === undefined ? usualPlaces : placesOf({ header, scheme }, header),
    ),
])

/**
 * The token in what stands in a place. Base64 of RFC 7617 holds no dot and a token always does, so a user and password are told from a
 * token by themselves. Any user name will do.
 */
function tokenIn(credential: string): string {
  if (credential.includes('.')) return credential
  const pair = Buffer.from(credential, 'base64').toString('latin1')
  return pair.slice(pair.indexOf(':') + 1)
}

const misplaced = (reason: string) => new Problem('credential-refused-here', {}, reason)

/** From where and when the token is good; every part is asked. */
function requireBounds({ parts, jti }: MagicToken, { ip, at }: Call): void {
  for (const { isListed, isTime } of parts) {
    if (isListed !== undefined && (ip === undefined || !isListed(ip)))
      throw misplaced(`token ${jti} may not be used from ${ip ?? 'an unknown address'}`)
    if (isTime !== undefined && !isTime(at)) throw misplaced(`token ${jti} may not be used at this time`)
  }
}

/** Named by the first part alone: whoever narrows a token stays the same caller for every limit. */
function principalOf(token: MagicToken): Principal {
  return {
    user: undefined,
    application: { issuer: token.issuer, subject: token.jti },
    actors: [],
    credential: { kind: 'magicToken', id: token.jti },
    scopes: nobody,
    roles: nobody,
    groups: nobody,
    claims: token.name === undefined ? {} : { name: token.name },
    grant: grantOf(token),
  }
}

/** A token that carries the upstream's credential, sealed, and what its bearer may do with it (docs/magic-tokens.md). */
export const magicToken = guardKind({
  kind: 'magicToken',
  settings,
  label: places => `magic token in ${placesLabel(places.slice(0, 1))}`,
  create: (places, ports): Method => {
    const { magicTokens, gateway } = ports
    const rules = {
      issuer: magicTokens.issuer ?? gateway.url,
      isRevoked: (id: string) => magicTokens.isRevoked(id),
      isCanary: (jti: string) => magicTokens.isCanary(jti),
    }
    // Git's password is a program's. One that a browser keeps goes with the calls of any page.
    const page = { isOwn: ownOrigin(gateway), isListed: () => false }
    const principals = new WeakMap<MagicToken, Principal>()
    /** Made once a token, which are remembered as long as they are in use. */
    const principalFor = (token: MagicToken): Principal => {
      const known = principals.get(token)
      if (known !== undefined) return known
      const made = principalOf(token)
      principals.set(token, made)
      return made
    }
    const proving = {
      url: gateway.url,
      isFirstUse: (proof: string, until: number, now: number) => magicTokens.isFirstUse(proof, until, now),
      inAuthorization: places === usualPlaces,
    }
    const accepted = (token: MagicToken, text: string, call: Call): Principal => {
      judgeMagicToken(token, rules, call.at, jkt => requireProof(jkt, text, call, proving))
      if (token.boundTo === undefined) refuseDpop(call, proving)
      requireBounds(token, call)
      return principalFor(token)
    }
    return {
      kind: 'magicToken',
      places,
      mark: 'typ=sallyport-magic+jwt',
      owns: credential => isMagicToken(tokenIn(credential)),
      verify(credential, call, { parts }) {
        try {
          if (!isReading(call.method) && isKept(call.headers)) requireOwnPage(call, page)
          const text = tokenIn(credential)
          return accepted(magicTokens.verify(text, parts), text, call)
        } catch (error) {
          return refuse(error)
        }
      },
      challenge: { scheme: challengeScheme(places), parameters: [realm] },
      // Git sends a password only where one is asked for.
      passwordChallenge: places === usualPlaces ? { scheme: 'Basic', parameters: [realm] } : undefined,
      proofChallenge:
        places === usualPlaces ? { scheme: 'DPoP', parameters: [realm, 'algs="ES256 EdDSA"'] } : undefined,
    }
  },
})
