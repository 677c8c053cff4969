import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corpora, outsideCases } from './jwt/outside.ts'
import { actedOn, openStand } from './paths/stand.ts'

interface Case {
  readonly id: string
  readonly payload: string
}

/**
 * The set would have payloads blocked as parameter values too. A query is data to this gateway: it goes on as it came, and
 * what looks like an attack in it is for the guards of `inspect` that a route asks for.
 */
const passedAsValues = 'a query is data'

test('no traversal leaves the path that was let by; as a query value it arrives as it was sent', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('path-normalisation', 'traversal-payloads.jsonl')
  const stand = await openStand(t)
  const forwarded = { path: 0, value: 0 }
  for (const { payload } of cases) {
    const below = payload.startsWith('/') ? `/public${payload}` : `/public/${payload}`
    const arrived = await stand.ask(below)
    if (arrived !== undefined) {
      forwarded.path++
      assert.match(actedOn(arrived), /^\/public(?:\/|$)/, `GET ${below} arrived as ${arrived}`)
    }
    const valued = `/public/file?name=${payload}`
    const same = await stand.ask(valued)
    if (same === undefined) continue
    forwarded.value++
    assert.equal(same, valued)
  }
  assert.equal(await stand.ask('/public/good'), '/public/good')
  t.diagnostic(
    `${cases.length} cases: ${forwarded.path} forwarded as paths, ${forwarded.value} as values (${passedAsValues})`,
  )
})
