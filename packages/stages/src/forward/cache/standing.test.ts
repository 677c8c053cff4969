import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CacheRule, HeaderList, noBody } from '@sallyport/core'
import fc from 'fast-check'
import { bornAt } from './age.ts'
import type { Asked } from './asked.ts'
import { directivesIn } from './directives.ts'
import { isServing, isServingOnError } from './standing.ts'
import type { StoredAnswer } from './stored.ts'
import { type Terms, termsOf } from './terms.ts'

const rule: CacheRule = { ttlMs: undefined, maxBody: 1, staleIfErrorMs: 3_600_000, anyAddress: false }
const outgoing = { method: 'GET', scheme: 'http', path: '/', headers: [], body: noBody, maxBody: 0 } as const

const asking = (control = ''): Asked => ({
  ...{ outgoing, directives: directivesIn([control]) ?? new Map(), anew: false, condition: undefined },
  ...{ negotiated: new Map(), key: '', caller: '' },
})

const stored = (terms: Terms): StoredAnswer => ({
  ...{ status: 200, headers: [], body: new Uint8Array(), selecting: [], asOf: 0, terms },
  bornAt: 0,
})

const said = (...headers: string[]) => termsOf(200, new HeaderList(headers), undefined)

const directive = fc.constantFrom(
  ...['public', 'no-cache', 'must-revalidate', 's-maxage=5', 'max-age=10', 'max-age=0', 'max-age=x', 'immutable'],
  ...['stale-if-error=3', 'stale-while-revalidate=100', 'no-transform', 'Private', 'NO-STORE', 'must-understand'],
)
const control = fc.array(directive, { maxLength: 5 }).map(directives => directives.join(', '))
const now = fc.nat(20_000)

test('no request has an answer given that the upstream keeps from being stored, or wants to be asked about', () => {
  fc.assert(
    fc.property(control, fc.constantFrom('', 'max-stale', 'max-age=100', 'min-fresh=0'), now, (text, wanted, at) => {
      const terms = said('Cache-Control', text, 'ETag', '"a"')
      if (/private|no-store/i.test(text)) assert.equal(terms, undefined)
      if (terms === undefined) return
      const serves = isServing(stored(terms), asking(wanted), at, rule)
      if (text.includes('no-cache')) assert.equal(serves, false)
      if (serves && /must-revalidate|s-maxage/.test(text)) assert.ok(at < (terms.freshMs ?? 0))
    }),
  )
})

test('an answer that must not serve stale does not serve while the upstream fails either', () => {
  fc.assert(
    fc.property(control, now, (text, at) => {
      const terms = said('Cache-Control', text, 'ETag', '"a"')
      if (terms === undefined || !isServingOnError(stored(terms), at, rule)) return
      assert.doesNotMatch(text, /must-revalidate|s-maxage|no-cache/)
    }),
  )
})

test('an answer is as old as its Date, its Age and the time that it took say, whichever is most', () => {
  const born = (headers: string[], sentAt = 1_000_000, answeredAt = 1_000_000) =>
    answeredAt - bornAt(new HeaderList(headers), { sentAt, answeredAt })
  assert.equal(born([]), 0)
  assert.equal(born(['Age', '7']), 7_000)
  assert.equal(born(['Age', '7'], 998_000), 9_000)
  assert.equal(born(['Date', 'Thu, 01 Jan 1970 00:16:30 GMT', 'Age', '7']), 10_000)
  assert.equal(born(['Date', 'Thu, 01 Jan 1970 01:00:00 GMT']), 0, 'a clock that is fast')
  assert.equal(born(['Date', 'some day']), 0)
  assert.equal(born(['Age', '-1']), Number.POSITIVE_INFINITY)
})

test('an answer that could neither be fresh nor be validated is not worth keeping', () => {
  assert.equal(said('Cache-Control', 'max-age=0'), undefined)
  assert.notEqual(said('Cache-Control', 'max-age=0', 'ETag', '"a"'), undefined)
  assert.notEqual(said('Last-Modified', 'Thu, 01 Jan 1970 00:00:00 GMT'), undefined)
  assert.equal(said('Cache-Control', 'public'), undefined, 'nothing is guessed')
})
