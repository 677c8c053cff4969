import { randomBytes } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import { duration, identifyKinds, type MagicTokens, type StagePorts } from '@sallyport/stages'
import {
  audienceOf,
  BadKey,
  createMagicVerifier,
  longestLifeSeconds,
  type MagicReadingKeys,
  partsMax,
  partsUsual,
  readJwks,
  readMagicKeys,
} from '@sallyport/tokens'
import { z } from 'zod'
import { declared } from './declared.ts'
import { goodKey } from './good-key.ts'
import { knowing, type MethodRule } from './identify.ts'
import { originOption } from './origin-option.ts'
import { secretOption } from './secret-option.ts'

export interface MagicTokenOptions {
  /** The URL of the gateway that makes the tokens, as they name it. */
  readonly gateway: string
  /** Its public keys: what it serves at /.well-known/jwks.json. */
  readonly jwks: object
  /** What the gateway calls this API. */
  readonly api: string
  /** Scheme, host and port of this API, as the gateway forwards to it. Proofs (RFC 9449) name it too. */
  readonly origin: string
  /** Whether the token or part of this id is revoked, or a canary. Asked on every call; what it throws refuses the call. */
  readonly isRevoked: (id: string) => boolean
  /** The gateway's key file, only where this API is to open what tokens carry. Without it that stays sealed. */
  readonly keys?: Secret | string
  /** The longest that a token may have been made for: what the gateway allows unless given. */
  readonly longest?: string
  /** How many parts a chain may have: 4 unless given, 8 at the most. */
  readonly parts?: number
  /** Another field and scheme than Authorization with Bearer, token, Basic or DPoP. */
  readonly header?: string
  readonly scheme?: string
}

const options = z.strictObject({
  gateway: z
    .string()
    .refine(
      text => URL.canParse(text) && !text.endsWith('/'),
      'needs the URL of a gateway, without a slash at its end',
    ),
  jwks: z.record(z.string(), z.unknown()),
  api: z.string().regex(/^\S+$/, 'needs the name of an API'),
  origin: originOption,
  isRevoked: z.custom<(id: string) => boolean>(value => typeof value === 'function', 'needs a function'),
  keys: secretOption.optional(),
  longest: duration.default(longestLifeSeconds * 1000),
  parts: z.int().min(1).max(partsMax).default(partsUsual),
  header: z.unknown().optional(),
  scheme: z.unknown().optional(),
})
type Read = z.output<typeof options>

const signers = ['ES256', 'RS256']

const readingKeys = ({ jwks, keys }: Read): MagicReadingKeys =>
  goodKey('magicToken.jwks or keys', () => {
    const signing = readJwks(JSON.stringify(jwks)).keys.flatMap(({ kid, algorithms, key }) => {
      const alg = signers.find(name => algorithms.has(name))
      return kid === undefined || alg === undefined ? [] : [{ kid, alg, key }]
    })
    if (signing.length === 0) throw new BadKey('no key that signs magic tokens')
    return { signing, sealing: keys && readMagicKeys(keys.reveal()).sealing }
  })

/** `isFirstUse` is the application's: a call that is only imagined uses no proof up. */
function magicTokensOf(read: Read): (ports: StagePorts) => MagicTokens {
  const verifier = createMagicVerifier({ keys: readingKeys(read), randomKey: randomBytes(32) })
  return ({ magicTokens: { isFirstUse } }) => ({
    issuer: read.gateway,
    verify: (token, most) => verifier.verify(token, most),
    isRevoked: read.isRevoked,
    // The gateway that made them raises the alert; here `isRevoked` refuses them.
    isCanary: () => false,
    isFirstUse,
    revoke: () => Promise.reject(new TypeError('an application ends no magic tokens: its gateway does')),
  })
}

/** A magic token of a gateway, judged here without asking it. Throws TypeError that names the option which won't do. */
export function magicToken(written: MagicTokenOptions): MethodRule {
  const read = declared('magicToken', options, written)
  const { api, header, scheme, longest, parts } = read
  const place = header === undefined && scheme === undefined ? true : { header, scheme }
  const magicTokens = magicTokensOf(read)
  const rule = knowing(declared('magicToken', identifyKinds.magicToken.settings, place), ports => ({
    magicTokens: magicTokens(ports),
    gateway: { ...ports.gateway, url: read.origin },
  }))
  const policy = { from: 0, longestMs: longest, parts, widest: {} }
  return { ...rule, tokens: { audience: audienceOf(api, read.origin), policy } }
}
