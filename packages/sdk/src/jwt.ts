import { hash } from 'node:crypto'
import { Secret } from '@sallyport/core'
import { type Issuer, identifyKinds } from '@sallyport/stages'
import { fixedKeys, keySet, secretKey } from '@sallyport/tokens'
import { declared } from './declared.ts'
import type { MethodRule } from './identify.ts'

/** Where a credential stands: one of them, `Authorization: Bearer` unless given. */
export interface PlaceOptions {
  readonly header?: string
  readonly scheme?: string
  readonly query?: string
  readonly cookie?: string
}

export interface JwtOptions extends PlaceOptions {
  /** What signs the tokens. At least 32 bytes that can't be guessed. */
  readonly secret: Secret | string
  /** The one algorithm that tokens may have: HS256 unless given. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512'
  /** Whether `exp` must be there, is judged where it is there, or isn't judged: `required` unless given. */
  readonly expiry?: 'required' | 'optional' | 'ignored'
  /** Any where none is given. */
  readonly issuer?: string
  readonly audience?: string | readonly string[]
  readonly subject?: string | 'required'
  /** Whether each token must have an id. */
  readonly jti?: 'required'
  /** Members of the claims, with dots between levels, where roles stand: `roles` unless given. */
  readonly roles?: string
}

const wordy = (text: string | readonly string[]) => (typeof text === 'string' ? [text] : [...text])

/** A signed token (RFC 7519) under a secret of your own. Throws TypeError where the secret is too short or can be guessed. */
export function jwt(options: JwtOptions): MethodRule {
  const {
    secret,
    algorithm = 'HS256',
    expiry = 'required',
    audience,
    subject,
    jti,
    roles = 'roles',
    ...places
  } = options
  const { issuer: from, header, scheme, query, cookie } = places
  const kept = typeof secret === 'string' ? new Secret(secret) : secret
  const id = hash('sha256', `${algorithm} ${kept.reveal()}`, 'base64url')
  const name = `${from ?? 'jwt'} ${id.slice(0, 8)}`
  const issuer: Issuer = {
    name,
    rules: {
      algorithms: [algorithm],
      issuer: from ?? 'any',
      audience: audience === undefined ? 'any' : wordy(audience),
      subject,
      expiry,
      jti,
    },
    keys: { source: fixedKeys(keySet([secretKey(kept, algorithm)])), id },
    claims: {
      user: ['sub'],
      application: ['azp', 'client_id'],
      scopes: ['scope', 'scp'],
      roles: [roles],
      groups: ['groups'],
    },
    atHash: false,
  }
  const bound = declared('jwt', identifyKinds.jwt.settings, { issuer: name, header, scheme, query, cookie })
  return { bound, issuers: [issuer] }
}
