import { endpoint, type Json } from '@sallyport/core'
import { z } from 'zod'

const text = z.string().min(1).max(4096)
const name = z.string().min(1).max(128)

/** A credential of the upstream's, and where it goes. */
const credential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), name, scheme: name.optional(), value: text }),
  z.strictObject({ kind: z.literal('basic'), username: z.string().max(256), password: text }),
  z.strictObject({ kind: z.literal('query'), name, value: text }),
])

/** Judged by who makes the token: the form is docs/magic-tokens.md's. Taken as it came, for nothing of it may get lost. */
const constraint = z.custom<Json>().optional()

/** What a token shall be. */
const tokenOrder = z.strictObject({
  api: z.string().min(1).max(256),
  credential,
  name: name.optional(),
  /** Seconds; 30 days unless given. */
  life: z.int().positive().optional(),
  /** Whether it can be narrowed. */
  chain: z.boolean().default(false),
  alg: z.enum(['ES256', 'RS256']).optional(),
  /** Whether nobody may use it: whoever does is refused, and raises an alert. */
  canary: z.boolean().default(false),
  ...{ allowed: constraint, permit: constraint, rate: constraint, ip: constraint, time: constraint },
})
export type TokenOrder = z.output<typeof tokenOrder>

const mintedToken = z.object({
  token: z.string(),
  /** What revoking it takes: its jti. */
  id: z.string(),
  audience: z.string(),
  /** Whether answers that repeat the credential are masked: one that is too short is not. */
  masked: z.boolean(),
  /** RFC 3339, UTC. */
  expires: z.string(),
})
export type MintedToken = z.output<typeof mintedToken>

export const mintToken = endpoint({
  method: 'POST',
  path: '/tokens',
  summary: 'A magic token: a credential, sealed, with what its bearer may do with it',
  input: tokenOrder,
  output: mintedToken,
  permission: 'tokens.mint',
  audit: { writes: 'token' },
})

const kid = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'needs the thumbprint of a key')

/** The names of the keys of magic tokens, the newest last. */
const tokenKeys = z.object({ signing: z.array(z.string()), sealing: z.array(z.string()) })
export type TokenKeys = z.output<typeof tokenKeys>

export const rotateTokenKeys = endpoint({
  method: 'POST',
  path: '/token-keys',
  summary: 'New keys for magic tokens; those that were made stay good',
  input: z.strictObject({ alg: z.enum(['ES256', 'RS256']).default('ES256') }),
  output: tokenKeys,
  permission: 'tokens.keys',
  audit: { writes: 'token-key' },
})

export const retireTokenKey = endpoint({
  method: 'POST',
  path: '/token-keys/{kid}/retirement',
  summary: 'Takes an earlier key of magic tokens out: its tokens are good no more',
  input: z.strictObject({ kid }),
  output: tokenKeys,
  permission: 'tokens.keys',
  audit: { writes: 'token-key' },
})

export const revokeToken = endpoint({
  method: 'POST',
  path: '/revocations',
  summary: 'Ends a magic token, by its jti, or by the id of one part with all that was made of it',
  input: z.strictObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{21})?$/, 'needs a jti or the id of a part'),
  }),
  output: z.object({ id: z.string() }),
  permission: 'tokens.revoke',
  audit: { writes: 'token' },
})
