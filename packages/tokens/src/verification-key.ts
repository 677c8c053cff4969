import type { JsonWebKey, KeyObject } from 'node:crypto'
import { jwsAlgorithms } from './algorithms.ts'
import { hasRocaFingerprint } from './roca.ts'

/** A key that can verify, and by which algorithms. Decided once, at load: no header can change what a key is for. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithms: ReadonlySet<string>
  readonly key: KeyObject
}

/** A key, or a document of keys, that isn't used. The message is for the operator and holds no key material. */
export class BadKey extends Error {
  override readonly name = 'BadKey'
}

const maximumRsaBits = 8192

function describe(jwk: JsonWebKey): string {
  return [jwk.kty, jwk.crv].filter(word => word !== undefined).join(' ')
}

/** CPU is spent per call by the size of the modulus; exponent 1 makes every signature valid, an even one none. */
export function checkRsa(key: KeyObject, jwk: JsonWebKey): number {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength > maximumRsaBits) throw new BadKey(`an RSA key of more than ${maximumRsaBits} bits`)
  if (publicExponent < 3n || publicExponent % 2n === 0n) throw new BadKey('an RSA key with an unusable exponent')
  if (hasRocaFingerprint(jwk.n ?? '')) throw new BadKey('an RSA key made by a faulty chip (ROCA, CVE-2017-15361)')
  return modulusLength
}

function exportJwk(key: KeyObject): JsonWebKey {
  try {
    return key.export({ format: 'jwk' })
  } catch {
    throw new BadKey(`a ${key.asymmetricKeyType ?? 'secret'} key, which no supported algorithm uses`)
  }
}

/** How long the key is where that may vary; a curve settles it. */
function bitsOf(key: KeyObject, jwk: JsonWebKey): number {
  if (jwk.kty === 'oct') return (key.symmetricKeySize ?? 0) * 8
  return jwk.kty === 'RSA' ? checkRsa(key, jwk) : Number.POSITIVE_INFINITY
}

/**
 * The key with what it may verify: `alg` alone where that is given, else every algorithm of its type and curve for which it is
 * long enough. A BadKey where that leaves nothing.
 */
export function verificationKey(key: KeyObject, kid: string | undefined, alg: string | undefined): VerificationKey {
  const jwk = exportJwk(key)
  const ofType = jwsAlgorithms.filter(
    row => row.keyType === jwk.kty && (row.curve === undefined || row.curve === jwk.crv),
  )
  if (ofType.length === 0) throw new BadKey(`a ${describe(jwk)} key, which no supported algorithm uses`)
  const named = alg === undefined ? ofType : ofType.filter(row => row.name === alg)
  if (named.length === 0) throw new BadKey(`a ${describe(jwk)} key whose alg ${JSON.stringify(alg)} doesn't fit it`)
  const bits = bitsOf(key, jwk)
  const longEnough = named.filter(row => bits >= row.minimumBits)
  if (longEnough.length === 0) {
    const needed = Math.min(...named.map(row => row.minimumBits))
    throw new BadKey(`a ${describe(jwk)} key of ${bits} bits, where ${needed} are needed (RFC 7518 section 3)`)
  }
  return { kid, algorithms: new Set(longEnough.map(row => row.name)), key }
}
