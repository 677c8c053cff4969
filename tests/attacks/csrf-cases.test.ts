import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const corpora = process.env.SALLYPORT_CORPORA

const trial = z.object({
  id: z.string(),
  method: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  technique: z.string().optional(),
})
type Trial = z.output<typeof trial>

/** What an attacker has: a token of a session of their own, and the sight of the victim's cookies, which the browser sends. */
interface Known {
  readonly session: string
  readonly cookies: string
  readonly own: string
}

type Attempt = readonly [method: string, headers: Readonly<Record<string, string>>]

/** The labs' techniques as calls that a victim's browser could be made to send. */
const techniques: Readonly<Record<string, (known: Known) => readonly Attempt[]>> = {
  'no defences': ({ cookies }) => [['POST', { Cookie: cookies }]],
  'token validated only for one method': ({ cookies }) =>
    ['PUT', 'PATCH', 'DELETE', 'POST'].map(method => [method, { Cookie: cookies }]),
  'token validated only when present': ({ cookies }) => [
    ['POST', { Cookie: cookies, 'X-CSRF-Token': '' }],
    ['POST', { Cookie: cookies }],
  ],
  'token not tied to the session': ({ cookies, own }) => [['POST', { Cookie: cookies, 'X-CSRF-Token': own }]],
  'token tied to a non-session cookie': ({ session, own }) => [
    ['POST', { Cookie: `${session}; csrf_token=${own}`, 'X-CSRF-Token': own }],
  ],
  'token duplicated in a cookie (double submit) with attacker-set cookie': ({ session }) => [
    ['POST', { Cookie: `${session}; csrf_token=made-up`, 'X-CSRF-Token': 'made-up' }],
  ],
  'Referer validated only when present': ({ cookies }) => [['POST', { Cookie: cookies }]],
  'Referer check by substring': ({ cookies }) => [
    ['POST', { Cookie: cookies, Referer: 'https://evil.example/?https://shop.example.com' }],
  ],
}

function attemptsOf({ id, method, headers = {}, technique = '' }: Trial, known: Known): readonly Attempt[] {
  if (method === undefined) return techniques[technique]?.(known) ?? assert.fail(`${id}: no such technique is known`)
  return [[method, { ...headers, Cookie: known.cookies }]]
}

test('[F25] the outside cases of forged calls change nothing', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'csrf', 'cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const trials = lines.map(line => trial.parse(JSON.parse(line)))
  assert.ok(trials.length >= 16)
  const backend = await startBackend(t)
  const api = ['inspect: { csrf: { session: sid } }']
  const config = openYaml({ to: backend.url, gateway: 'url: https://shop.example.com', forward: 'pass: [cookie]', api })
  const gateway = await startGateway(t, config)
  const tokenFor = async (session: string) => {
    const { headers } = await gateway.call('/shop/account', { headers: { Cookie: session } })
    return /^csrf_token=([^;]+)/.exec(headers.getSetCookie()[0] ?? '')?.[1] ?? assert.fail('no token')
  }
  const session = 'sid=victim'
  const known = {
    session,
    cookies: `${session}; csrf_token=${await tokenFor(session)}`,
    own: await tokenFor('sid=attacker'),
  }
  for (const one of trials) {
    for (const [method, headers] of attemptsOf(one, known)) {
      const body = method === 'GET' ? null : (one.body ?? 'role=admin')
      const response = await gateway.call('/shop/account', { method, headers, body })
      if (method === 'GET') continue
      assert.equal(response.status, 403, one.id)
      assert.match((await problemOf(response)).code, /^(?:csrf-token-(?:missing|bad)|origin-not-allowed)$/, one.id)
    }
  }
  const changing = backend.received.filter(({ method }) => method !== 'GET')
  assert.equal(changing.length, 0)
})
