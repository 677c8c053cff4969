import { isDeepStrictEqual } from 'node:util'
import { type Probe, probesOf } from '../self-check.ts'
import type { Server } from '../servers/server.ts'
import { claimsOf, secretToken, token } from '../tokens.ts'
import { orderBody } from './requests.ts'
import { paths } from './server.ts'

const signers = [
  { path: paths.hs256, sign: secretToken, other: token },
  { path: paths.rs256, sign: token, other: secretToken },
]

const badBodies: readonly [string, string][] = [
  ['a text in place of a number', '{"item":"bolt","count":"2"}'],
  ['a number out of range', '{"item":"bolt","count":0}'],
  ['a body without a member', '{"item":"bolt"}'],
  ['a body with a member too many', '{"item":"bolt","count":2,"price":0}'],
  ['a body that is no JSON', '{"item":'],
]

/** What all servers make of the order, and no more. */
const made = { id: 1, item: 'bolt', count: 2, by: 'user-0' }

async function place(port: number, path: string, authorization: string | undefined, body = orderBody) {
  const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers })
  return { status: answer.status, text: await answer.text() }
}

async function checkOne({ name, routes }: Server, path: string, probes: readonly Probe[]): Promise<void> {
  const fail = (what: string, found: number, expected: number) => {
    if (found !== expected) throw new Error(`${name} answers ${found} to ${what} at ${path}; it should be ${expected}`)
  }
  const { port } = routes.guarded
  for (const { what, expected, authorization } of probes) {
    const { status, text } = await place(port, path, authorization)
    fail(what, status, expected === 200 ? 201 : expected)
    if (status === 201 && !isDeepStrictEqual(JSON.parse(text), made))
      throw new Error(`${name} answers ${text} at ${path}`)
    if (status !== 201) continue
    for (const [wrong, body] of badBodies) fail(wrong, (await place(port, path, authorization, body)).status, 400)
  }
}

/** Throws unless each server refuses what it should at both guarded paths, and lets no more out than is declared. */
export async function checkThatTheyJudge(servers: readonly Server[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  for (const { path, sign, other } of signers) {
    const probes = await probesOf(sign, 'list_items order_item2')
    const wrong = `Bearer ${await other(claimsOf(0, 'other', now))}`
    for (const server of servers) {
      await checkOne(server, path, probes)
      const { status } = await place(server.routes.guarded.port, path, wrong)
      // By which status is each one's own affair: Fastify has 500 for it.
      if (status < 400) throw new Error(`${server.name} answers ${status} to a token of another algorithm at ${path}`)
    }
  }
}
