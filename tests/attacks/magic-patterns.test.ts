import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mintFor, startMagic } from '../harness/magic.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Scope {
  readonly id: string
  readonly allowed: readonly string[]
  readonly method: string
  readonly path: string
  readonly expected: 'allow' | 'deny'
}

/** The set's own proxy looks for its patterns at the beginning of a path; ours must match it whole (rows M10, M11). */
const anchored = (allowed: readonly string[], path: string) =>
  allowed.every(entry => !new RegExp(`^(?:${entry.split(' ')[1]})$`).test(path))

test('scopes of the proxy that magic tokens come from permit what they did, but whole paths only', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const gateway = await startMagic(t)
  const beginnings: string[] = []
  for (const { id, allowed, method, path, expected } of outsideCases<Scope>(
    'token-proxy-scopes',
    'magic-proxy-scopes.jsonl',
  )) {
    const call = async (list: readonly string[]) =>
      (await gateway.as(await gateway.mint({ allowed: list }), `/github${path}`, { method })).status
    const isBeginning = expected === 'allow' && anchored(allowed, path)
    if (isBeginning) beginnings.push(id)
    assert.equal(await call(allowed), expected === 'allow' && !isBeginning ? 200 : 403, id)
    if (isBeginning) assert.equal(await call(allowed.map(entry => `${entry}.*`)), 200, id)
  }
  t.diagnostic(`${beginnings.join(', ')} match a beginning only, which no longer permits`)
  assert.ok(beginnings.length <= 2)
})

interface Vulnerable {
  readonly id: string
  readonly regex?: string
  readonly pattern?: string
  readonly literal?: string
  readonly attack?: { readonly prefix: string; readonly pump: string; readonly repeat: number; readonly suffix: string }
}

const expressionOf = ({ regex, pattern, literal }: Vulnerable) =>
  regex ?? pattern ?? literal?.replace(/^\/|\/[a-z]*$/g, '') ?? ''

/** What a request line can hold of the set's attack, or what makes most engines choke. */
function attackPath({ attack }: Vulnerable): string {
  const { prefix, pump, repeat, suffix } = attack ?? { prefix: '', pump: 'a', repeat: 5000, suffix: '!' }
  const text = (prefix + pump.repeat(Math.min(repeat, 3000)) + suffix).toWellFormed()
  const encoded = encodeURIComponent(text.replace(/[./\\?;%\0]/g, 'x')).slice(0, 7000)
  return `/github/x${encoded.replace(/%[^%]{0,1}$/, '').replace(/(?:%[89A-F][0-9A-F])+$/i, '')}`
}

/** Many times what the work that a call may cost takes, for a machine that does other things beside. */
const patienceMs = 2000

for (const file of ['vulnerable', 'vuln-regex-detector-cases', 'redos-detector-cases', 'regexlib-controls']) {
  test(`[M15] no pattern of ${file} holds up the gateway: it is refused at mint, or judged in bounded time`, async t => {
    if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
    const gateway = await startMagic(t)
    const tally = { refused: 0, judged: 0 }
    for (const one of outsideCases<Vulnerable>('redos-regexes', `${file}.jsonl`)) {
      const minted = await mintFor(gateway, { allowed: [`GET /x${expressionOf(one)}`] })
      if (minted.status !== 200) {
        assert.equal(minted.status, 400, one.id)
        tally.refused++
        continue
      }
      const { token } = JSON.parse(await minted.text())
      const started = performance.now()
      const [attacked] = await Promise.all([gateway.as(token, attackPath(one)), gateway.call('/.well-known/jwks.json')])
      assert.ok(performance.now() - started < patienceMs, one.id)
      assert.ok([200, 400, 403].includes(attacked.status), `${one.id}: ${attacked.status}`)
      tally.judged++
    }
    t.diagnostic(JSON.stringify(tally))
  })
}
