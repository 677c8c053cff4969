import type { Secret } from '@sallyport/core'
import { claimPathSettings, claimPaths, duration, type Issuer, identifyKinds, listOf } from '@sallyport/stages'
import { z } from 'zod'
import type { ClaimPathOptions } from './claim-path-options.ts'
import { declared } from './declared.ts'
import { knowing, type MethodRule } from './identify.ts'
import { published, type TrustedKeys, underSecret } from './jwt-keys.ts'
import { type PlaceOptions, placeOptions } from './place.ts'
import { secretOption } from './secret-option.ts'

/** What a token must say, and where it says what. */
interface ClaimOptions extends PlaceOptions, ClaimPathOptions {
  /** Whether `exp` must be there, is judged where it is there, or isn't judged: `required` unless given. */
  readonly expiry?: 'required' | 'optional' | 'ignored'
  /** How far clocks may differ, such as `30s`: not at all unless given. */
  readonly leeway?: string
  readonly subject?: string | 'required'
  /** Whether each token must have an id. */
  readonly jti?: 'required'
  /** Ids of tokens that are good no more. Asked on every call, so it may grow. */
  readonly revoked?: ReadonlySet<string>
  /** Whether it is an ID token that must name the access token in Authorization (OpenID Connect Core 3.1.3.6). */
  readonly atHash?: boolean
  /** The header's typ, such as `at+jwt` (RFC 9068). */
  readonly typ?: string
}

/** Tokens under a secret of your own. */
export interface SecretJwtOptions extends ClaimOptions {
  /** At least as many bytes as the algorithm's hash, and not to be guessed. */
  readonly secret: Secret | string
  /** The one algorithm that tokens may have: HS256 unless given. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512'
  /** Any where none is given. */
  readonly issuer?: string
  readonly audience?: string | string[]
}

/** Tokens of somebody who publishes keys. */
export interface IssuedJwtOptions extends ClaimOptions {
  /** What `iss` says; `any` for every issuer. Where no keys are given its discovery names them. */
  readonly issuer: string
  /** One of these must be among the token's; `any` for every audience. */
  readonly audience: string | string[]
  /** A JSON Web Key Set (RFC 7517), or the URL of one. */
  readonly jwks?: string | object
  /** Public keys or certificates. */
  readonly pem?: string
  /** RS, PS, ES and EdDSA unless given. */
  readonly algorithms?: string[]
}

export type JwtOptions = SecretJwtOptions | IssuedJwtOptions

const text = z.string().min(1)
const claims = {
  ...placeOptions,
  ...claimPathSettings,
  expiry: z.enum(['required', 'optional', 'ignored']).default('required'),
  leeway: duration.optional(),
  subject: text.optional(),
  jti: z.literal('required').optional(),
  revoked: z.custom<ReadonlySet<string>>(value => value instanceof Set, 'needs a Set of ids').optional(),
  atHash: z.boolean().default(false),
  typ: text.optional(),
}
const underSecretOptions = z.strictObject({
  ...claims,
  secret: secretOption,
  algorithm: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
  issuer: text.default('any'),
  audience: listOf(text).default(['any']),
})
const issuedOptions = z
  .strictObject({
    ...claims,
    issuer: text,
    audience: listOf(text),
    jwks: z.union([text, z.record(z.string(), z.unknown())]).optional(),
    pem: text.optional(),
    algorithms: z.array(text).min(1).optional(),
  })
  .refine(({ jwks, pem }) => jwks === undefined || pem === undefined, {
    message: 'stands beside pem: one of them is enough',
    path: ['jwks'],
  })

type Read = z.output<typeof underSecretOptions> | z.output<typeof issuedOptions>

function issuerOf(read: Read, { keys, algorithms }: TrustedKeys): Issuer {
  const { issuer, audience, subject, expiry, jti, revoked, atHash, typ, leeway } = read
  const rules = {
    ...{ algorithms, issuer, subject, expiry, jti, revoked, typ, leewayMs: leeway },
    audience: audience.includes('any') ? ('any' as const) : audience,
    idToken: atHash,
  }
  return { name: issuer === 'any' ? 'jwt' : issuer, rules, keys, claims: claimPaths(read), atHash }
}

/** A signed token (RFC 7519): under a secret of your own, or of an issuer. Throws TypeError that names the option which won't do. */
export function jwt(options: JwtOptions): MethodRule {
  const read =
    'secret' in options ? declared('jwt', underSecretOptions, options) : declared('jwt', issuedOptions, options)
  const { header, scheme, query, cookie } = read
  const issuer = issuerOf(read, 'secret' in read ? underSecret(read.secret, read.algorithm) : published(read))
  const written = { issuer: issuer.name, header, scheme, query, cookie }
  return knowing(declared('jwt', identifyKinds.jwt.settings, written), () => ({ issuers: { [issuer.name]: issuer } }))
}
