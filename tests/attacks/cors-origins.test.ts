import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { grantsIn, preflight, variesByOrigin } from '../harness/pages.ts'

const corpora = process.env.SALLYPORT_CORPORA
const trial = z.object({ id: z.string(), configured_allowed_origins: z.array(z.string()), origin: z.string() })

function trials(folder: string): z.output<typeof trial>[] {
  const lines = readFileSync(join(folder, 'cors', 'origins.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map(line => trial.parse(JSON.parse(line)))
}

test('[F17] [W16] of the outside origins only the configured one is allowed, in calls, preflights and refusals', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const backend = await startBackend(t)
  const cases = trials(corpora)
  assert.ok(cases.length >= 40)
  const [{ configured_allowed_origins: origins } = { configured_allowed_origins: [] }] = cases
  const cors = `protect: { cors: { origins: ${JSON.stringify(origins)}, credentials: true } }`
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [cors] }))
  for (const { id, configured_allowed_origins: configured, origin } of cases) {
    assert.deepEqual(configured, origins)
    const answers = [
      await gateway.call('/shop/items', { headers: { Origin: origin } }),
      await gateway.call('/shop/a%5Cb', { headers: { Origin: origin } }),
      await preflight(gateway, '/shop/items', origin),
    ]
    const granted = answers.map(answer => grantsIn(answer)['access-control-allow-origin'])
    const wanted = id === 'control-ok' ? [origin, undefined, origin] : [undefined, undefined, undefined]
    assert.deepEqual(granted, wanted, id)
    if (id !== 'control-ok') for (const answer of answers) assert.deepEqual(grantsIn(answer), {}, id)
    assert.ok(answers[0] !== undefined && variesByOrigin(answers[0]), id)
  }
})
