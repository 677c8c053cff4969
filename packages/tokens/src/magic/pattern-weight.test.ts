import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createMagicVerifier, narrowMagicToken } from './index.ts'
import { lazyPattern } from './pattern.ts'
import { weighed } from './pattern-weight.ts'
import { keys, minted } from './testing/tokens.ts'
import { Work } from './work.ts'

/** Tells how much was spent. */
class Counting extends Work {
  spent = 0

  override spend(steps: number): void {
    this.spent += steps
  }
}

function spentBy(run: (work: Work) => unknown): number {
  const work = new Counting()
  run(work)
  return work.spent
}

const wide = await minted({ allowed: ['GET /.*'] }, { chain: true })
const allowed = Array.from({ length: 100 }, () => 'GET /.{0,480}!')
const newHeavy = () => narrowMagicToken(wide, { constraints: { allowed }, seal: true })
const verifierOf = (mebibytes: number) =>
  createMagicVerifier({ keys, randomKey: randomBytes(32), cacheBytes: mebibytes * 2 ** 20 })

test('what is made is weighed by its own patterns, as much as their written-out steps take', () => {
  const make = () => weighed(() => Array.from({ length: 100 }, () => lazyPattern('/.{0,480}!')))
  assert.equal(make().bytes, make().bytes)
  assert.ok(make().bytes > 100 * 482 * 371)
  assert.equal(weighed(() => undefined).bytes, 0)
  assert.ok(weighed(() => lazyPattern('\\pL')).bytes > 16 * 1024)
})

test('a token whose patterns may outweigh a generation of the cache is not remembered, another one is', () => {
  const heavy = newHeavy()
  const [small, large] = [verifierOf(32), verifierOf(256)]
  assert.notEqual(small.verify(heavy), small.verify(heavy))
  assert.equal(small.verify(wide), small.verify(wide))
  assert.equal(large.verify(heavy), large.verify(heavy))
})

test('the cache gives way by what patterns may hold, not only by the length of tokens', () => {
  const verifier = verifierOf(120)
  const heavy = newHeavy()
  const first = verifier.verify(heavy)
  for (let i = 0; i < 2; i += 1) verifier.verify(newHeavy())
  assert.notEqual(verifier.verify(heavy), first)
})

test('an automaton that outgrows its room goes with its pattern, which is compiled anew on account of the next call', () => {
  const pattern = lazyPattern('[ab]*a[ab]{16}')
  const cost = (text: string) => spentBy(work => pattern.fits(text, work))
  const first = cost('aab')
  assert.ok(cost('aab') < first)
  const random = [...randomBytes(2000)].map(byte => 'ab'.charAt(byte % 2)).join('')
  cost(random)
  assert.equal(cost('aab'), first)
  assert.ok(cost('aab') < first)
})

test('the automata of usual patterns stay, whatever paths they are run on', () => {
  const patterns = [
    '/repos/someorg/.+?/issues',
    '/users/[^/]+/(?:keys|emails)',
    '/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    '/\\pL+',
  ]
  for (const pattern of patterns.map(lazyPattern)) {
    pattern.fits('/', new Work())
    const paths = Array.from({ length: 200 }, () => randomBytes(20).toString('hex'))
    for (const path of paths) {
      const text = `/repos/someorg/${path}/issues`
      pattern.fits(text, new Work())
      pattern.fits(`/users/${path}/keys`, new Work())
    }
    assert.ok(spentBy(work => pattern.fits('/', work)) < 200)
  }
})
