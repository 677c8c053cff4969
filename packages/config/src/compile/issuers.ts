import { hash } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import type { Issuer, KeysAt } from '@sallyport/stages'
import { findAlgorithm, fixedKeys, type JwtRules, readKeys, secretKey } from '@sallyport/tokens'
import type { Configuration } from '../schema/configuration.ts'
import type { WrittenIssuer } from '../schema/issuer.ts'
import { claimPaths } from './claim-shapes.ts'
import type { Compilation } from './compilation.ts'

const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const isHmac = (alg: string) => alg.startsWith('HS')

/** Algorithms as written, or those that the kind of key allows: a secret verifies HS256, public keys never an HS one. */
function algorithmsOf(name: string, written: WrittenIssuer, work: Compilation): readonly string[] {
  const secret = written.keys?.secret !== undefined
  const algorithms = written.algorithms ?? (secret ? ['HS256'] : asymmetric)
  for (const [i, alg] of algorithms.entries()) {
    const path = ['issuers', name, 'algorithms', i]
    if (findAlgorithm(alg) === undefined) work.mistake(path, `algorithm ${JSON.stringify(alg)} is not supported`)
    else if (isHmac(alg) !== secret) {
      work.mistake(path, secret ? `${alg} needs public keys, not keys.secret` : `${alg} needs keys.secret`)
    }
  }
  return algorithms
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

async function fromFile(name: string, file: string, work: Compilation): Promise<KeysAt | undefined> {
  const path = ['issuers', name, 'keys', 'file']
  const read = await work.read(path, file)
  if (read === undefined) return undefined
  try {
    return { source: fixedKeys(readKeys(read.text)), id: `file ${read.file} ${fingerprintOf(read.text)}` }
  } catch (error) {
    work.mistake(path, `${read.file}: ${message(error)}`)
    return undefined
  }
}

async function keysOf(name: string, written: WrittenIssuer, algorithms: readonly string[], work: Compilation) {
  const { jwks, file, secret } = written.keys ?? {}
  if (secret !== undefined) return fromSecret(name, secret, algorithms, work)
  if (file !== undefined) return fromFile(name, file, work)
  if (jwks !== undefined) return { jwksUrl: jwks.href }
  return { discovery: issuerName(written) }
}

/** The URL as a token's iss has it: URLs that are an origin alone are written without the slash. */
function issuerName({ url, issuer }: WrittenIssuer): string {
  if (issuer !== undefined) return issuer
  const href = url?.href ?? ''
  return url?.pathname === '/' ? href.replace(/\/$/, '') : href
}

function rulesOf(written: WrittenIssuer, algorithms: readonly string[]): JwtRules {
  const any = written.audience.includes('any')
  return {
    algorithms,
    issuer: issuerName(written),
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

/** The issuers that tokens are accepted from. */
export async function compileIssuers(
  written: Configuration['issuers'],
  work: Compilation,
): Promise<Record<string, Issuer>> {
  const issuers: Record<string, Issuer> = {}
  for (const [name, entry] of Object.entries(written)) {
    const algorithms = algorithmsOf(name, entry, work)
    const keys = await keysOf(name, entry, algorithms, work)
    if (keys === undefined) continue
    const issuer = { rules: rulesOf(entry, algorithms), keys, claims: claimPaths(entry), atHash: entry.atHash }
    warn(name, issuer, work)
    issuers[name] = issuer
  }
  return issuers
}
