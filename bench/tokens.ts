import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Requests } from './load.ts'
import { guardedPath } from './servers/server.ts'

type Claims = Readonly<Record<string, unknown>>

export const issuer = 'https://id.example.com'
export const audience = 'warehouse'
/** What tokens are signed with where issuer and server are one. */
export const secret = 'q8Zt2vNfR6yXbK1mWc4Hs9Ld7PjE3uGaTo5iQxVn'

/** How many users the tokens speak for. */
const users = 10_000
const day = 86_400
const folder = fileURLToPath(new URL('.cache', import.meta.url))
const paths = {
  privateKey: join(folder, 'private.pem'),
  publicKey: join(folder, 'public.pem'),
  keySet: join(folder, 'jwks.json'),
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const signAsync = promisify(sign)

/** Where the issuer's public key stands, as PEM and as a JSON Web Key Set. Made once: tokens that it signed are kept too. */
export function publicKeyFiles(): Pick<typeof paths, 'publicKey' | 'keySet'> {
  if (!existsSync(paths.keySet)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const made = generateKeyPairSync('rsa', { modulusLength: 2048 })
    writeFileSync(paths.privateKey, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    writeFileSync(paths.publicKey, made.publicKey.export({ type: 'spki', format: 'pem' }))
    const jwk = { ...made.publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }
    writeFileSync(paths.keySet, JSON.stringify({ keys: [jwk] }))
  }
  return { publicKey: paths.publicKey, keySet: paths.keySet }
}

let key: KeyObject | undefined

function privateKey(): KeyObject {
  publicKeyFiles()
  key ??= createPrivateKey(readFileSync(paths.privateKey))
  return key
}

/** Claims of a good token, which lives 30 days from `now` on (seconds since 1970). `id` makes it unlike all others. */
export function claimsOf(user: number, id: string, now: number): Claims {
  const [sub, scope] = [`user-${user % users}`, 'list_items order_item']
  return { iss: issuer, aud: audience, sub, azp: 'bench', scope, jti: id, iat: now, exp: now + 30 * day }
}

/** A token for calls that may all bear the same. */
export const someToken = () => token(claimsOf(0, 'one', Math.floor(Date.now() / 1000)))

/** A compact JWS (RFC 7515) of these claims, RS256. */
export async function token(claims: Claims): Promise<string> {
  const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'bench' })}.${encode(claims)}`
  return `${text}.${(await signAsync('sha256', Buffer.from(text), privateKey())).toString('base64url')}`
}

/** The same under `secret`, HS256. */
export async function secretToken(claims: Claims): Promise<string> {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** When the first token of a file expires, in seconds since 1970. */
function expiryIn(path: string): number {
  const file = openSync(path, 'r')
  const head = Buffer.alloc(4096)
  readSync(file, head)
  closeSync(file)
  const [, payload = ''] = head.toString('latin1').split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp
}

/** Requests of one path, and who signs their tokens. */
interface Bearing {
  /** Begins the names of their files. */
  readonly name: string
  readonly path: string
  readonly sign: (claims: Claims) => Promise<string>
}

const guarded: Bearing = { name: '', path: guardedPath, sign: token }

/** Requests, each with a token of its own, the guarded ones unless told; kept for later runs until a day before they expire. */
export async function requestsWithTokens(
  count: number,
  say: (line: string) => void,
  { name, path, sign }: Bearing = guarded,
): Promise<Requests> {
  const file = join(folder, `${name}${count}.txt`)
  const now = Math.floor(Date.now() / 1000)
  if (existsSync(file) && expiryIn(file) > now + day) return { file, count }
  const [batch, begun] = [1000, performance.now()]
  const out = createWriteStream(`${file}.part`)
  for (let at = 0; at < count; at += batch) {
    const indices = Array.from({ length: Math.min(batch, count - at) }, (_, i) => at + i)
    const tokens = await Promise.all(indices.map(index => sign(claimsOf(index, `${count}-${index}`, now))))
    for (const each of tokens) out.write(`${path} ${each}\n`)
    if (at > 0 && at % (30 * batch) === 0)
      say(`signing ${count} tokens, ${at} done in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  out.end()
  await finished(out)
  renameSync(`${file}.part`, file)
  return { file, count }
}

/** Windows that count, at most, and windows before them, where no token is seen twice. */
export const fewCycles = { windows: 5, warmUp: 1 }
/** More than any server here answers in a window. */
const newTokensPerWindow = 30_000

/** Guarded requests with tokens that are used in one window each. */
export async function newTokens(say: (line: string) => void): Promise<Requests> {
  const { windows, warmUp } = fewCycles
  const requests = await requestsWithTokens((windows + warmUp) * newTokensPerWindow, say)
  return { ...requests, perWindow: newTokensPerWindow }
}

/** The given paths in turn, all with one token, or with none. */
export function requestsTo(file: string, targets: readonly string[], bearer = ''): Requests {
  writeFileSync(file, targets.map(path => `${path} ${bearer}\n`).join(''))
  return { file, count: targets.length }
}
