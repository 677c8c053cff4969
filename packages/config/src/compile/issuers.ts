import { hash } from 'node:crypto'
import { isLoopback, type Secret } from '@sallyport/core'
import type { Issuer, KeysAt } from '@sallyport/stages'
import { findAlgorithm, fixedKeys, type JwtRules, readKeys, secretKey } from '@sallyport/tokens'
import type { Path } from '../read/tree.ts'
import type { Configuration } from '../schema/configuration.ts'
import type { WrittenIssuer } from '../schema/issuer.ts'
import { claimPaths } from './claim-shapes.ts'
import type { Compilation } from './compilation.ts'
import { warnOfLiteral } from './literal-secrets.ts'

const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const isHmac = (alg: string) => alg.startsWith('HS')

/** What verifies an issuer's tokens: a secret, a file of public or of secret keys, or keys that it publishes. */
const keysKind = ({ keys }: WrittenIssuer) =>
  keys?.secret !== undefined ? 'secret' : keys?.file !== undefined ? 'file' : 'published'

/**
 * Why an algorithm can't be had with these keys. Public keys never stand beside secrets: who mistook one for the other would let
 * anybody sign (RFC 8725 section 2.1).
 */
function algorithmFault(alg: string, among: readonly string[], kind: ReturnType<typeof keysKind>): string | undefined {
  if (findAlgorithm(alg) === undefined) return `algorithm ${JSON.stringify(alg)} is not supported`
  if (!isHmac(alg)) return kind === 'secret' ? `${alg} needs public keys, not keys.secret` : undefined
  if (kind === 'published')
    return `${alg} needs keys.secret, or a keys.file of secret keys: what is published is no secret`
  const other = among.find(name => !isHmac(name))
  if (kind === 'secret' || other === undefined) return undefined
  return `${alg} cannot stand beside ${other}: the keys of a file are all public or all secret; make two issuers`
}

/**
 * Algorithms as written, or those that the kind of key allows: a secret verifies HS256, other keys never an HS one. What can't be
 * had is left out, so that nothing else is blamed for it.
 */
function algorithmsOf(name: string, written: WrittenIssuer, work: Compilation): readonly string[] {
  const kind = keysKind(written)
  const usual = kind === 'secret' ? ['HS256'] : asymmetric
  const algorithms = written.algorithms ?? usual
  const left = algorithms.filter((alg, i) => {
    const fault = algorithmFault(alg, algorithms, kind)
    if (fault !== undefined) work.mistake(['issuers', name, 'algorithms', i], fault)
    return fault === undefined
  })
  return left.length > 0 ? left : usual
}

/** Names keys so that others in their place are not taken for them. Kept in memory only. */
const fingerprintOf = (text: string) => hash('sha256', text, 'base64url')

const message = (error: unknown) => (error instanceof Error ? error.message : String(error))

function fromSecret(
  name: string,
  secret: Secret,
  algorithms: readonly string[],
  work: Compilation,
): KeysAt | undefined {
  try {
    const keys = algorithms.filter(isHmac).map(alg => secretKey(secret, alg))
    return { source: fixedKeys({ keys, notes: [] }), id: `secret ${fingerprintOf(secret.reveal())}` }
  } catch (error) {
    work.mistake(['issuers', name, 'keys', 'secret'], message(error))
    return undefined
  }
}

/** Secret keys in a file count only where every algorithm that is listed is an HMAC one: no default ever reads them. */
async function fromFile(
  name: string,
  file: string,
  algorithms: readonly string[],
  work: Compilation,
): Promise<KeysAt | undefined> {
  const path = ['issuers', name, 'keys', 'file']
  const read = await work.read(path, file)
  if (read === undefined) return undefined
  try {
    const set = readKeys(read.text, algorithms.every(isHmac) ? 'strong' : 'none')
    for (const note of set.notes) work.warn(path, `${read.file}: ${note}; it is not used`)
    const fits = set.keys.some(key => algorithms.some(alg => key.algorithms.has(alg)))
    if (!fits) work.mistake(path, `${read.file}: no key in it is for ${algorithms.join(', ')}`)
    return { source: fixedKeys(set), id: `file ${read.file} ${fingerprintOf(read.text)}` }
  } catch (error) {
    work.mistake(path, `${read.file}: ${message(error)}`)
    return undefined
  }
}

async function keysOf(name: string, written: WrittenIssuer, algorithms: readonly string[], work: Compilation) {
  const { jwks, file, secret } = written.keys ?? {}
  if (secret !== undefined) return fromSecret(name, secret, algorithms, work)
  if (file !== undefined) return fromFile(name, file, algorithms, work)
  if (jwks !== undefined) return { jwksUrl: requireTls(jwks, ['issuers', name, 'keys', 'jwks'], written, work).href }
  const { url = '' } = written
  requireTls(new URL(url), ['issuers', name, 'url'], written, work)
  return { discovery: url }
}

/** Whoever can change keys on their way here can make tokens. */
function requireTls(url: URL, path: Path, { allowPlainHttp }: WrittenIssuer, work: Compilation): URL {
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    work.mistake(path, 'keys over plain HTTP from beyond this machine are refused: use https, or allowPlainHttp: true')
  }
  return url
}

function rulesOf(written: WrittenIssuer, algorithms: readonly string[]): JwtRules {
  const any = written.audience.includes('any')
  return {
    algorithms,
    issuer: written.issuer ?? written.url ?? '',
    audience: any ? 'any' : written.audience,
    subject: written.subject,
    leewayMs: written.leeway,
    expiry: written.expiry,
    jti: written.jti,
    revoked: new Set(written.revoked),
    typ: written.typ,
    idToken: written.idToken || written.atHash,
    maxAgeMs: written.maxAge,
    required: written.require,
  }
}

function warn(name: string, { rules }: Issuer, work: Compilation): void {
  if (rules.audience === 'any') work.warn(['issuers', name, 'audience'], 'tokens for any audience are accepted')
  if (rules.issuer === 'any') work.warn(['issuers', name, 'issuer'], 'tokens that name any issuer are accepted')
  if (rules.expiry !== 'required')
    work.warn(['issuers', name, 'expiry'], `expiry is ${rules.expiry}: a leaked token may be good for ever`)
}

/** In the place of keys that couldn't be read: the configuration doesn't load, and nothing else is blamed for it. */
const noKeys: KeysAt = { source: fixedKeys({ keys: [], notes: [] }), id: 'none' }

/** The issuers that tokens are accepted from. */
export async function compileIssuers(
  written: Configuration['issuers'],
  work: Compilation,
): Promise<Record<string, Issuer>> {
  const issuers: Record<string, Issuer> = {}
  for (const [name, entry] of Object.entries(written)) {
    const algorithms = algorithmsOf(name, entry, work)
    const keys = (await keysOf(name, entry, algorithms, work)) ?? noKeys
    const rules = rulesOf(entry, algorithms)
    const issuer = { name, rules, keys, claims: claimPaths(entry), atHash: entry.atHash }
    warn(name, issuer, work)
    warnOfLiteral(['issuers', name, 'keys', 'secret'], work)
    issuers[name] = issuer
  }
  return issuers
}
