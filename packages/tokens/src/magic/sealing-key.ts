import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { thumbprint } from '../signing-key.ts'
import { BadKey } from '../verification-key.ts'

export type SealingAlg = 'ECDH-ES' | 'RSA-OAEP-256'

/** The private key that opens credentials. */
export interface SealingKey {
  readonly kid: string
  readonly alg: SealingAlg
  readonly key: KeyObject
}

/** A private key as a sealing key: P-256 for ECDH-ES, RSA of 2048 bits or more. A BadKey for any other. */
export function sealingKey(key: KeyObject): SealingKey {
  const { kty, crv } = key.export({ format: 'jwk' })
  const kid = thumbprint(createPublicKey(key))
  if (kty === 'EC' && crv === 'P-256') return { kid, alg: 'ECDH-ES', key }
  if (kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return { kid, alg: 'RSA-OAEP-256', key }
  throw new BadKey('sealing takes a key on P-256, or an RSA key of 2048 bits or more')
}

export const newSealingKey = (): SealingKey => sealingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
