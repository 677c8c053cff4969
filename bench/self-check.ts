import type { Server, Target } from './servers/server.ts'
import { audience, claimsOf, issuer, token } from './tokens.ts'

/** Who is sent, and how it should be answered. */
export interface Probe {
  readonly what: string
  readonly expected: number
  readonly authorization: string | undefined
}

/** Changes one character within the signature, where every bit counts. */
function tamper(text: string): string {
  const at = text.length - 20
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}

/** Good and bad tokens of one signer. `lacking` is a scope claim that isn't enough. */
export async function probesOf(sign: typeof token, lacking: string): Promise<readonly Probe[]> {
  const now = Math.floor(Date.now() / 1000)
  const claims = claimsOf(0, 'check', now)
  const good = await sign(claims)
  const [, payload] = good.split('.')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
  const bearers: readonly [string, number, string][] = [
    ['the right token', 200, good],
    ['a tampered token', 401, tamper(good)],
    ['an unsigned token', 401, unsigned],
    ['an expired token', 401, await sign({ ...claims, exp: now - 120 })],
    ['a token of another issuer', 401, await sign({ ...claims, iss: `${issuer}.example` })],
    ['a token for another audience', 401, await sign({ ...claims, aud: `${audience}2` })],
    ['a token without the scope', 403, await sign({ ...claims, scope: lacking })],
  ]
  return [
    { what: 'no token', expected: 401, authorization: undefined },
    ...bearers.map(([what, expected, bearer]) => ({ what, expected, authorization: `Bearer ${bearer}` })),
  ]
}

async function status({ port, path }: Target, authorization: string | undefined): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  await answer.arrayBuffer()
  return answer.status
}

/** Throws unless each server lets by what it should, and refuses what it should: a fast gate that stands open is no peer. */
export async function checkThatTheyGuard(servers: readonly Server[]): Promise<void> {
  for (const { what, expected, authorization } of await probesOf(token, 'order_item list_items2')) {
    for (const { name, routes } of servers) {
      const found = await status(routes.guarded, authorization)
      if (found !== expected) throw new Error(`${name} answers ${found} to ${what}; it should be ${expected}`)
    }
  }
}
