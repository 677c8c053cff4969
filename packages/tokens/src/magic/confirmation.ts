import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { BadToken } from '../bad-token.ts'
import { fromBase64url } from '../base64url.ts'
import { importPublic } from '../jwk.ts'
import type { VerificationKey } from '../verification-key.ts'
import { compiled } from './compiled.ts'

type Alg = 'ES256' | 'EdDSA'

const coordinate = z.string().length(43)

/** The public half and nothing else: a private member refuses, and so does what would choose another algorithm. */
export const p256Jwk = z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate })
const jwk = z.union([p256Jwk, z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate })])
export type ConfirmationJwk = z.output<typeof jwk>

/** The key that signs what comes after a part (RFC 7800 section 3.2). Its type settles the algorithm. */
export interface ConfirmationKey {
  readonly alg: Alg
  readonly jwk: ConfirmationJwk
  readonly key: VerificationKey
}

const algOf = ({ kty }: ConfirmationJwk): Alg => (kty === 'EC' ? 'ES256' : 'EdDSA')

/** Its type says all that a key set would have to find out by writing the key out again. */
function confirmationKey(read: ConfirmationJwk): ConfirmationKey {
  const alg = algOf(read)
  return { alg, jwk: read, key: { kid: undefined, algorithms: new Set([alg]), key: importPublic(read, read.kty) } }
}

export const confirmation = z.strictObject({ jwk: compiled(jwk, confirmationKey) }).transform(read => read.jwk)

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

const decoded = (text: string) => Buffer.from(text, 'base64url')

const importPrivate = (key: ConfirmationJwk, d: string): KeyObject =>
  createPrivateKey({ key: { ...key, d }, format: 'jwk' })

/** Node takes a public half beside the private one on trust, so it is worked out again. */
const publicHalf = {
  EC(scalar: string): string {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(scalar, 'base64url')
    return ecdh.getPublicKey('base64url')
  },
  OKP(scalar: string, key: ConfirmationJwk): string {
    return createPublicKey(importPrivate(key, scalar)).export({ format: 'jwk' }).x ?? ''
  },
}

const statedHalf = (key: ConfirmationJwk): string =>
  key.kty === 'OKP' ? key.x : Buffer.concat([Buffer.of(4), decoded(key.x), decoded(key.y)]).toString('base64url')

function isPrivateHalf(scalar: string, key: ConfirmationJwk): boolean {
  if (fromBase64url(scalar)?.length !== 32) return false
  try {
    return publicHalf[key.kty](scalar, key) === statedHalf(key)
  } catch {
    // Zero, or beyond the order of the curve.
    return false
  }
}

/** A BadToken where a tail isn't the private half of the last part's key. */
export function checkScalar(scalar: string, { jwk: key }: ConfirmationKey): void {
  if (!isPrivateHalf(scalar, key)) throw new BadToken('key', "the tail isn't the private half of the last part's key")
}

/** The private key that a tail gives, to narrow with. A BadToken where it isn't the last part's. */
export function readScalar(scalar: string, confirmed: ConfirmationKey): Pick<NewConfirmation, 'alg' | 'privateKey'> {
  checkScalar(scalar, confirmed)
  return { alg: confirmed.alg, privateKey: importPrivate(confirmed.jwk, scalar) }
}
