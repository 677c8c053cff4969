import { constants } from 'node:crypto'

export type KeyType = 'oct' | 'RSA' | 'EC' | 'OKP'
export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519'

/** Everything that is to know about one JWS algorithm; nothing else in this package enumerates them. */
export interface JwsAlgorithm {
  readonly name: string
  readonly keyType: KeyType
  readonly curve: Curve | undefined
  /** What the signature is made over; undefined where the algorithm brings its own (RFC 8032). */
  readonly hash: string | undefined
  /** The hash of `at_hash` (OpenID Connect Core 3.1.3.6). */
  readonly digest: string
  /** RFC 7518 section 3.2: an HMAC key is as long as the hash; section 3.3: an RSA key has 2048 bits or more. */
  readonly minimumBits: number
  /** Exact length, undefined where it is that of the key's modulus. */
  readonly signatureBytes: number | undefined
  /** Node's own parameters for crypto.sign and crypto.verify. */
  readonly parameters: {
    readonly padding?: number
    readonly saltLength?: number
    readonly dsaEncoding?: 'ieee-p1363'
  }
}

type Row = Omit<JwsAlgorithm, 'name'>

function hmac(hash: string, bytes: number): Row {
  const minimumBits = bytes * 8
  return { keyType: 'oct', curve: undefined, hash, digest: hash, minimumBits, signatureBytes: bytes, parameters: {} }
}

function rsa(hash: string, parameters: Row['parameters']): Row {
  const minimumBits = 2048
  return { keyType: 'RSA', curve: undefined, hash, digest: hash, minimumBits, signatureBytes: undefined, parameters }
}

/** What Node does with an RSA key unless told. */
function pkcs1(hash: string): Row {
  return rsa(hash, {})
}

function pss(hash: string, saltLength: number): Row {
  return rsa(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

function ecdsa(hash: string, curve: Curve, minimumBits: number, signatureBytes: number): Row {
  const parameters = { dsaEncoding: 'ieee-p1363' } as const
  return { keyType: 'EC', curve, hash, digest: hash, minimumBits, signatureBytes, parameters }
}

function ed25519(): Row {
  const sizes = { minimumBits: 256, signatureBytes: 64 }
  return { keyType: 'OKP', curve: 'Ed25519', hash: undefined, digest: 'sha512', ...sizes, parameters: {} }
}

const rows = {
  HS256: hmac('sha256', 32),
  HS384: hmac('sha384', 48),
  HS512: hmac('sha512', 64),
  RS256: pkcs1('sha256'),
  RS384: pkcs1('sha384'),
  RS512: pkcs1('sha512'),
  PS256: pss('sha256', 32),
  PS384: pss('sha384', 48),
  PS512: pss('sha512', 64),
  ES256: ecdsa('sha256', 'P-256', 256, 64),
  ES384: ecdsa('sha384', 'P-384', 384, 96),
  ES512: ecdsa('sha512', 'P-521', 521, 132),
  EdDSA: ed25519(),
  // RFC 9864 gives the same signature a name that says which curve.
  Ed25519: ed25519(),
} satisfies Record<string, Row>

// A Map, so that a token's `alg` of "constructor" or "__proto__" finds nothing.
const byName: ReadonlyMap<string, JwsAlgorithm> = new Map(
  Object.entries(rows).map(([name, row]) => [name, Object.freeze({ name, ...row })]),
)

export const jwsAlgorithms: readonly JwsAlgorithm[] = [...byName.values()]

/** The algorithm of that name (RFC 7518 section 3.1, case-sensitive); `none` is not one. */
export function findAlgorithm(name: string): JwsAlgorithm | undefined {
  return byName.get(name)
}

/** The names of those whose keys can be published. */
export const publicKeyAlgorithms: readonly string[] = jwsAlgorithms
  .filter(({ keyType }) => keyType !== 'oct')
  .map(({ name }) => name)
