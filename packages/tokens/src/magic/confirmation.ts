import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { BadToken } from '../bad-token.ts'
import { fromBase64url } from '../base64url.ts'
import { readJwk } from '../jwk.ts'
import type { VerificationKey } from '../verification-key.ts'
import { compiled } from './compiled.ts'

type Alg = 'ES256' | 'EdDSA'

const coordinate = z.string().length(43)

/** The public half and nothing else: a private member refuses, and so does what would choose another algorithm. */
const jwk = z.union([
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
])
export type ConfirmationJwk = z.output<typeof jwk>

/** The key that signs what comes after a part (RFC 7800 section 3.2). Its type settles the algorithm. */
export interface ConfirmationKey {
  readonly alg: Alg
  readonly jwk: ConfirmationJwk
  readonly key: VerificationKey
}

const algOf = ({ kty }: ConfirmationJwk): Alg => (kty === 'EC' ? 'ES256' : 'EdDSA')

export const confirmation = z
  .strictObject({
    jwk: compiled(jwk, (read): ConfirmationKey => ({ alg: algOf(read), jwk: read, key: readJwk(read, 'none') })),
  })
  .transform(read => read.jwk)

function pairOf(privateKey: KeyObject, alg: Alg): NewConfirmation {
  const { d = '', ...rest } = privateKey.export({ format: 'jwk' })
  return { alg, privateKey, scalar: d, jwk: jwk.parse(rest) }
}

/** A pair that was made for one step of a chain. */
export interface NewConfirmation {
  readonly alg: Alg
  readonly privateKey: KeyObject
  /** The private half, base64url, as a chain's tail has it. */
  readonly scalar: string
  readonly jwk: ConfirmationJwk
}

export function newConfirmation(): NewConfirmation {
  return pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256')
}

const mismatch = () => new BadToken('key', "the tail isn't the private half of the last part's key")

/** Node takes a point beside the private scalar on trust, so the point is worked out again. */
function isPointOf(scalar: Buffer, { x, y }: Extract<ConfirmationJwk, { kty: 'EC' }>): boolean {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  return ecdh.getPublicKey('base64url') === Buffer.concat([Buffer.of(4), decoded(x), decoded(y)]).toString('base64url')
}

const decoded = (text: string) => Buffer.from(text, 'base64url')

function privateKeyOf(scalar: Buffer, key: ConfirmationJwk): KeyObject | undefined {
  try {
    if (key.kty === 'EC' && !isPointOf(scalar, key)) return undefined
    const privateKey = createPrivateKey({ key: { ...key, d: scalar.toString('base64url') }, format: 'jwk' })
    return createPublicKey(privateKey).export({ format: 'jwk' }).x === key.x ? privateKey : undefined
  } catch {
    return undefined
  }
}

/** The private key that a tail gives. A BadToken where it isn't the last part's. */
export function readScalar(scalar: string, { jwk: key, alg }: ConfirmationKey): NewConfirmation {
  const bytes = fromBase64url(scalar)
  const privateKey = bytes?.length === 32 ? privateKeyOf(bytes, key) : undefined
  if (privateKey === undefined) throw mismatch()
  return { alg, privateKey, scalar, jwk: key }
}
