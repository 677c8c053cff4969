import { createHash, createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { corpora } from './outside.ts'

const folder = 'jwt-gateway-nginx-auth-jwt'

export interface Jwk extends JsonWebKey {
  readonly kid?: string
  readonly alg?: string
}

/** A JSON file of the set, by its name or by its name below nginx's data folder; undefined where there is none. */
export function dataFile<Content>(name: string): Content | undefined {
  const below = name.startsWith('$TEST_NGINX_DATA_DIR/') ? name.slice('$TEST_NGINX_DATA_DIR/'.length) : undefined
  const parts = below === undefined ? ['data', basename(name)] : ['data', below]
  try {
    return JSON.parse(readFileSync(join(corpora ?? '', folder, ...parts), 'utf8'))
  } catch {
    return undefined
  }
}

/** The tokens of the set by name. */
export const tokensByName = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(corpora ?? '', folder, 'tokens.json'), 'utf8'))

/** The secrets of the set have 12 bytes. These stand in their place: as long as any hash, and no text. */
const lengthened = (k: string) => createHash('sha512').update(Buffer.from(k, 'base64url')).digest()

/** The secrets that tokens of the set are signed with; others in it are broken on purpose. */
const secrets = () =>
  dataFile<{ readonly keys: readonly Jwk[] }>('jwks.json')?.keys.filter(({ kty }) => kty === 'oct') ?? []

function longer(jwk: Jwk): Jwk {
  const isKnown = secrets().some(({ k }) => k === jwk.k)
  return isKnown && jwk.k !== undefined ? { ...jwk, k: lengthened(jwk.k).toString('base64url') } : jwk
}

/** A key file in the format `keyval`, PEM by kid, as keys. */
const fromPems = (pems: Readonly<Record<string, string>>): Jwk[] =>
  Object.entries(pems).map(([kid, pem]) => ({ ...createPublicKey(pem).export({ format: 'jwk' }), kid, use: 'sig' }))

/** The keys of a file of the set, secrets lengthened; undefined where there is no such file. */
export function keysIn(name: string, format = 'jwks'): readonly Jwk[] | undefined {
  if (format === 'keyval') {
    const pems = dataFile<Readonly<Record<string, string>>>(name)
    return pems && fromPems(pems)
  }
  return dataFile<{ readonly keys: readonly Jwk[] }>(name)?.keys.map(longer)
}

const hashes: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/** A token as it came, but where one of the set's secrets signed it, signed by the longer one in its place. */
export function resigned(token: string): string {
  const [header = '', payload = '', signature] = token.split('.')
  const signed = `${header}.${payload}`
  const mac = (hash: string, key: Buffer) => createHmac(hash, key).update(signed).digest('base64url')
  for (const { k, alg } of secrets()) {
    const hash = alg === undefined || !Object.hasOwn(hashes, alg) ? undefined : hashes[alg]
    if (k === undefined || hash === undefined || mac(hash, Buffer.from(k, 'base64url')) !== signature) continue
    return `${signed}.${mac(hash, lengthened(k))}`
  }
  return token
}
