import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { describeMagicToken, type MagicOrder, mintMagicToken, newMagicKeys } from '@sallyport/tokens'
import { emptyFolder, now } from '../example-ports.ts'

const order: MagicOrder = {
  ...{ issuer: 'http://gateway', audience: 'api http://127.0.0.1:9', lifeSeconds: 3600, chain: true },
  credential: { kind: 'header', name: 'X-Key', value: 'x'.repeat(20) },
  constraints: { allowed: ['GET /.*'] },
}

test('whoever makes a part more than gateways usually take is told, beside the token', async t => {
  const { run } = await emptyFolder(t)
  let { token } = await mintMagicToken(order, newMagicKeys(), { now, random: randomBytes })
  const told: string[] = []
  for (let part = 2; part <= 5; part++) {
    const { status, out, err } = await run(['token', 'narrow', '-'], { stdin: token })
    assert.equal(status, 0, err)
    token = out.trim()
    told.push(err)
  }
  assert.deepEqual(told.slice(0, 3), ['', '', ''])
  assert.match(
    told[3] ?? '',
    /^note: it has 5 parts; a gateway takes 4, unless `tokens\.parts` of the API says more\n$/,
  )
  assert.equal(describeMagicToken(token).parts.length, 5)
})
