import type { RandomBytes } from '../api-key.ts'
import type { JsonObject } from '../jws.ts'
import { signJwt } from '../mint.ts'
import { BadKey } from '../verification-key.ts'
import { joinToken } from './chain.ts'
import { BadConstraint, tryRoot } from './claims.ts'
import { newConfirmation } from './confirmation.ts'
import { lengthMax, typ } from './form.ts'
import type { MagicKeys } from './keys.ts'
import { type SealedCredential, sealCredential } from './sealing.ts'

/** What a new token shall be. */
export interface MagicOrder {
  readonly issuer: string
  /** As `audienceOf` writes it. */
  readonly audience: string
  readonly credential: SealedCredential
  readonly name?: string | undefined
  readonly lifeSeconds: number
  /** `allowed`, `permit`, `rate`, `ip`, `time`, as they are written; they are checked here. */
  readonly constraints: JsonObject
  /** Whether it can be narrowed: then it ends with a key. */
  readonly chain: boolean
  /** ES256 unless given. */
  readonly alg?: 'ES256' | 'RS256' | undefined
}

export interface NewMagicToken {
  readonly token: string
  readonly jti: string
  /** Seconds since the epoch. */
  readonly iat: number
  readonly exp: number
}

const constraintNames = ['allowed', 'permit', 'rate', 'ip', 'time']

/** The members that constrain; any other would stand in the place of a claim. */
export function onlyConstraints(constraints: JsonObject): JsonObject {
  const other = Object.keys(constraints).find(name => !constraintNames.includes(name))
  if (other !== undefined) throw new BadConstraint(other, 'is not known')
  return constraints
}

/** Makes a token. Throws BadConstraint where what it shall permit can't be judged by. `now` is milliseconds since the epoch. */
export async function mintMagicToken(
  order: MagicOrder,
  { signing, sealing }: MagicKeys,
  { now, random }: { readonly now: number; readonly random: RandomBytes },
): Promise<NewMagicToken> {
  const signer = signing.findLast(({ alg }) => alg === (order.alg ?? 'ES256'))
  const sealer = sealing.at(-1)
  if (signer === undefined || sealer === undefined) throw new BadKey(`no key that makes ${order.alg ?? 'ES256'} tokens`)
  const jti = Buffer.from(random(16)).toString('base64url')
  const iat = Math.floor(now / 1000)
  const exp = iat + order.lifeSeconds
  const next = order.chain ? newConfirmation() : undefined
  const claims = {
    ...{ v: 1, iss: order.issuer, aud: order.audience, jti, iat, nbf: iat, exp },
    token: await sealCredential(order.credential, { aud: order.audience, jti }, sealer),
    ...(order.name !== undefined && { name: order.name }),
    ...onlyConstraints(order.constraints),
    ...(next && { cnf: { jwk: next.jwk } }),
  }
  tryRoot(claims)
  const root = signJwt(claims, signer, typ.token)
  const token = joinToken({ root, parts: [], tail: next && { kind: 'key', scalar: next.scalar } })
  if (token.length > lengthMax)
    throw new BadConstraint('', `makes a token of ${token.length} characters; ${lengthMax} is the most`)
  return { token, jti, iat, exp }
}
