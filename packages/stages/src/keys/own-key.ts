import type { PublicJwk } from '@sallyport/core'
import { type SigningKey, signingKeyOf } from '@sallyport/tokens'
import { z } from 'zod'
import type { StagePorts } from '../ports.ts'
import { secretText } from './secret-text.ts'

/** A signing key of ours: the gateway's own unless another is given. */
export const ownKey = {
  /** A private key in PEM. */
  key: secretText.optional(),
  /** How others know it; its thumbprint (RFC 7638) unless told. */
  keyid: z
    .string()
    .regex(/^[\x20-\x7e]{1,128}$/, 'needs a name of ASCII characters')
    .optional(),
  alg: z.enum(['ES256', 'ES384', 'EdDSA', 'PS512', 'RS256']).optional(),
}
const settings = z.strictObject(ownKey)
export type OwnKey = z.output<typeof settings>

/** The key that settings give. Throws BadKey or TypeError where it can't be used. */
export function ownKeyOf({ key, keyid, alg }: OwnKey, { callerKey }: StagePorts): SigningKey {
  if (key === undefined) {
    if (keyid !== undefined || alg !== undefined)
      throw new TypeError("keyid and alg are the gateway's own key's; give a key with them")
    return callerKey
  }
  const made = signingKeyOf(key, alg)
  const kid = keyid ?? made.kid
  return { ...made, kid, jwk: { ...made.jwk, kid } }
}

/** What is published of keys that settings give: the gateway's own is published anyway. */
export const publishedOf = (written: readonly (OwnKey | undefined)[], ports: StagePorts): readonly PublicJwk[] =>
  written.flatMap(own => (own?.key === undefined ? [] : [ownKeyOf(own, ports).jwk]))
