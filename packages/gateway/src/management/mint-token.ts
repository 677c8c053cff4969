import type { MintedToken, TokenOrder } from '@sallyport/contract'
import { type Api, type Json, Problem, type Snapshot } from '@sallyport/core'
import { type Issuer, leastMasked, mayPass, type StagePorts } from '@sallyport/stages'
import {
  audienceOf,
  BadConstraint,
  BadKey,
  type MagicKeys,
  mintMagicToken,
  type SealedCredential,
  sealedCredential,
  usualLifeSeconds,
} from '@sallyport/tokens'
import { apiNamed } from './api-named.ts'

export interface MintSetting {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly keys: MagicKeys
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly random: (count: number) => Uint8Array
}

const invalid = (name: string, message: string) =>
  new Problem('input-invalid', { errors: { [name]: [message] } }, `${name} ${message}`)

/** Where the API's calls with tokens go. A token is good at one upstream, so there must be one. */
function originOf(api: Api<StagePorts>): string {
  const origins = api.operations.flatMap(({ destination }) =>
    'upstream' in destination && destination.upstream.credential === 'sealed' ? [destination.upstream.origin] : [],
  )
  const [origin, ...others] = new Set(origins)
  if (origin === undefined) throw invalid('api', 'takes no magic tokens: it needs forward.credential: sealed')
  if (others.length > 0) throw invalid('api', 'has operations with tokens at several upstreams; a token is good at one')
  return origin
}

function lifeOf({ life }: TokenOrder, { tokens }: Api<StagePorts>): number {
  const longest = Math.floor(tokens.longestMs / 1000)
  if (life === undefined) return Math.min(usualLifeSeconds, longest)
  if (life > longest) throw invalid('life', `is more than the ${longest} seconds that the API allows`)
  return life
}

function constraintsIn({ allowed, permit, rate, ip, time }: TokenOrder): Record<string, Json> {
  const given: Readonly<Record<string, Json | undefined>> = { allowed, permit, rate, ip, time }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function credentialIn(order: TokenOrder) {
  const read = sealedCredential.safeParse(order.credential)
  if (read.success) {
    if (read.data.kind === 'header' && !mayPass(read.data.name))
      throw invalid('credential.name', 'would frame or address the request: it cannot be sent to an upstream')
    return read.data
  }
  const [issue] = read.error.issues
  throw invalid(['credential', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not a credential')
}

const isMasked = (credential: SealedCredential) =>
  Buffer.byteLength(credential.kind === 'basic' ? credential.password : credential.value) >= leastMasked

/** What is remembered of a token that was made: everything but the token and its credential. */
export interface Minted {
  readonly jti: string
  readonly name: string | undefined
  readonly api: string
  readonly constraints: Readonly<Record<string, Json>>
  readonly chain: boolean
  readonly canary: boolean
  readonly expires: string
  readonly by: string
}

/** Makes a magic token for an API of the rules in force. Throws Problem `input-invalid` with what is wrong under each member. */
export async function mintToken(
  order: TokenOrder,
  { snapshot, keys, now, random }: MintSetting,
): Promise<{ readonly token: MintedToken; readonly minted: Minted }> {
  const api = apiNamed(order.api, snapshot)
  const audience = audienceOf(api.name, originOf(api))
  const constraints = constraintsIn(order)
  const { name, chain, alg, canary } = order
  const credential = credentialIn(order)
  const lifeSeconds = lifeOf(order, api)
  const asked = {
    issuer: snapshot.gateway.url,
    audience,
    credential,
    name,
    lifeSeconds,
    constraints,
    chain,
    alg,
  }
  try {
    const { token, jti, exp } = await mintMagicToken(asked, keys, { now, random })
    const expires = new Date(exp * 1000).toISOString()
    const minted = { jti, name, api: api.name, constraints, chain, canary, expires, by: 'operator' }
    return { token: { token, id: jti, audience, masked: isMasked(credential), expires }, minted }
  } catch (error) {
    if (error instanceof BadKey) throw invalid('alg', `cannot be had: ${error.message}`)
    if (error instanceof BadConstraint) throw invalid(error.path === '' ? 'allowed' : error.path, error.message)
    throw error
  }
}
