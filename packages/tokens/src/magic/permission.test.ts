import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judge, Work } from './index.ts'
import { BadConstraint, tryConstraints, windowOf } from './testing/constraints.ts'
import { requestOf } from './testing/tokens.ts'

const holds = (constraints: Parameters<typeof tryConstraints>[0], method: string, target: string, headers = {}) =>
  judge(tryConstraints(constraints).entries ?? [], requestOf(method, target, headers), new Work()) !== 'never'

const allowed: readonly (readonly [list: string[], method: string, path: string, permitted: boolean])[] = [
  [['GET /user'], 'GET', '/user', true],
  [['GET /user'], 'GET', '/users', false],
  [['GET /user'], 'GET', '/user/keys', false],
  [['GET /user'], 'GET', '/user/', false],
  [['GET /user'], 'GET', '/USER', false],
  [['GET /user'], 'POST', '/user', false],
  [['GET /user'], 'HEAD', '/user', false],
  [['* /user'], 'DELETE', '/user', true],
  [['GET /a|/b'], 'GET', '/b', true],
  [['GET /a|/b'], 'GET', '/bc', false],
  [['GET /user', 'GET /orgs'], 'GET', '/orgs', true],
  [[], 'GET', '/user', false],
  [['GET /repos/someorg/.+?/issues'], 'GET', '/repos/someorg/x/issues', true],
  [['GET /repos/someorg/.+?/issues'], 'GET', '/repos/someorg/a/b/issues', true],
  [['GET /repos/someorg/.+?/issues'], 'GET', '/repos/someorg/x/issues/1', false],
  [['GET /repos/someorg/.+?/issues'], 'GET', '/repos/other/x/issues', false],
  [['GET /user'], 'GET', '/user?admin=1', true],
  [['GET /files/[^/]+'], 'GET', '/files/a%2Fb', false],
  [['GET /files/.+'], 'GET', '/files/a%2Fb', true],
]

for (const [list, method, path, permitted] of allowed) {
  test(`allowed ${JSON.stringify(list)} ${permitted ? 'permits' : "doesn't permit"} ${method} ${path}`, () => {
    assert.equal(holds({ allowed: list }, method, path), permitted)
  })
}

const labels = { method: 'POST', path: '/repos/{owner}/{repo}/issues/{number}/labels' }

test('a permit matches its template and its method, and nothing else', () => {
  assert.ok(holds({ permit: [labels] }, 'POST', '/repos/o/r/issues/1/labels'))
  for (const [method, path] of [
    ['GET', '/repos/o/r/issues/1/labels'],
    ['POST', '/repos/o/r/issues/1'],
    ['POST', '/repos/o/r/issues/1/labels/x'],
    ['POST', '/repos/o/r%2Fissues/1/labels'],
  ] as const) {
    assert.ok(!holds({ permit: [labels] }, method, path), path)
  }
})

test('an encoded slash passes where the template allows it when it is decoded too', () => {
  const path = '/repos/o/r/contents/src%2Findex.js'
  assert.ok(holds({ permit: [{ method: 'GET', path: '/repos/{owner}/{repo}/contents/{path*}' }] }, 'GET', path))
  assert.ok(!holds({ permit: [{ method: 'GET', path: '/repos/{owner}/{repo}/contents/{path}' }] }, 'GET', path))
})

test('a permit without query refuses any query; a named parameter must occur and each time be as it must', () => {
  const plain = { method: 'GET', path: '/issues' }
  const open = { ...plain, query: { state: 'open', page: { matches: '[0-9]+' }, sort: ['created', 'updated'] } }
  assert.ok(holds({ permit: [plain] }, 'GET', '/issues'))
  assert.ok(holds({ permit: [plain] }, 'GET', '/issues?'))
  assert.ok(!holds({ permit: [plain] }, 'GET', '/issues?state=open'))
  assert.ok(holds({ permit: [{ ...plain, others: 'allow' }] }, 'GET', '/issues?state=open'))
  assert.ok(holds({ permit: [open] }, 'GET', '/issues?state=open&page=2&sort=created'))
  assert.ok(holds({ permit: [open] }, 'GET', '/issues?st%61te=open&page=2&sort=created&sort=updated'))
  for (const query of [
    'state=open&page=2',
    'state=open&page=2x&sort=created',
    'state=open&state=all&page=2&sort=created',
    'state=open&page=2&sort=created&x',
    'state=open;a=b&page=2&sort=created',
    'State=open&page=2&sort=created',
  ]) {
    assert.ok(!holds({ permit: [open] }, 'GET', `/issues?${query}`), query)
  }
})

test('a named header field must occur and each time be as it must; others are left alone', () => {
  const permit = { method: 'GET', path: '/x', headers: { Accept: ['application/json'] } }
  assert.ok(holds({ permit: [permit] }, 'GET', '/x', { accept: ['application/json'], 'x-other': ['1'] }))
  assert.ok(!holds({ permit: [permit] }, 'GET', '/x'))
  assert.ok(!holds({ permit: [permit] }, 'GET', '/x', { accept: ['application/json', 'text/html'] }))
})

const refused: readonly (readonly [what: string, constraints: Parameters<typeof tryConstraints>[0], words: RegExp])[] =
  [
    ['no space', { allowed: ['FOO'] }, /method in capitals/],
    ['no path', { allowed: ['GET'] }, /method in capitals/],
    ['no slash', { allowed: ['GET ('] }, /begins with a slash/],
    ['an open group', { allowed: ['GET /('] }, /missing closing \)/],
    ['a small method', { allowed: ['get /user'] }, /capitals/],
    ['a number', { allowed: [1] }, /string/],
    ['a text in place of a list', { allowed: 'GET /' }, /array/],
    ['look-ahead', { allowed: ['GET /(?=a)'] }, /look-ahead/],
    ['negative look-ahead', { allowed: ['GET /(?!a)'] }, /negative look-ahead/],
    ['look-behind', { allowed: ['GET /(?<=a)'] }, /look-behind/],
    ['negative look-behind', { allowed: ['GET /(?<!a)'] }, /negative look-behind/],
    ['a back-reference', { allowed: ['GET /(a)\\1'] }, /back-reference/],
    ['a named back-reference', { allowed: ['GET /(?<n>a)\\k<n>'] }, /named back-reference/],
    ['an atomic group', { allowed: ['GET /(?>a)'] }, /atomic group/],
    ['a possessive quantifier', { allowed: ['GET /a++'] }, /possessive/],
    ['a pattern that is huge when written out', { allowed: ['GET /(a{30}){30}'] }, /written out/],
    ['a long pattern', { allowed: [`GET /${'a'.repeat(600)}`] }, /at most 512/],
    ['an unknown member of a permit', { permit: [{ ...labels, scope: 'x' }] }, /scope/],
    ['an unknown condition', { permit: [{ ...labels, query: { a: { like: 'x' } } }] }, /Invalid input/],
    ['others that isn’t allow', { permit: [{ ...labels, others: 'deny' }] }, /allow/],
    ['a template without slash', { permit: [{ ...labels, path: 'repos' }] }, /slash/],
    ['one field twice', { permit: [{ ...labels, headers: { A: 'x', a: 'y' } }] }, /twice/],
    ['a keyword that is not judged by', { permit: [{ ...labels, body: { $ref: '#' } }] }, /\$ref/],
    ['a rate that is none', { allowed: [], rate: ['often'] }, /100\/hour/],
    ['a range that is none', { allowed: [], ip: ['10.0.0.0/99'] }, /range/],
    ['a zone that is none', { allowed: [], time: { zone: 'Mars/Base' } }, /Mars/],
    ['an unknown constraint', { allowed: [], place: 'home' }, /not known/],
  ]

for (const [what, constraints, words] of refused) {
  test(`${what} is refused when the token is made`, () => {
    assert.throws(
      () => tryConstraints(constraints),
      (error: unknown) => error instanceof BadConstraint && words.test(error.message),
    )
  })
}

test('a whole match agrees with an anchored match of the platform, for patterns that both know', () => {
  const piece = fc.constantFrom('a', 'b', '/', '.', 'a*', '(a|b)', '[ab]+', 'a?', '(?:ab)+', '.+?')
  const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map(pieces => `/${pieces.join('')}`)
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 4 })
    .map(s => `/${s.join('/')}`)
  fc.assert(
    fc.property(pattern, path, (expression, target) => {
      assert.equal(
        holds({ allowed: [`GET ${expression}`] }, 'GET', target),
        new RegExp(`^(?:${expression})$`).test(target),
      )
    }),
  )
})

test('a catastrophic pattern takes no longer than a bounded amount of work', () => {
  for (const expression of ['/(a+)+$', '/(a|aa)+$', '/(x+x+)+y', '/([a-z]+)*[0-9]']) {
    const started = performance.now()
    assert.equal(holds({ allowed: [`GET ${expression}`] }, 'GET', `/${'a'.repeat(8000)}!`), false)
    // Generous: a backtracking engine would take longer than the universe is old.
    assert.ok(performance.now() - started < 2000, expression)
  }
})

test('work beyond the bound refuses, and never permits', () => {
  const entries =
    tryConstraints({ allowed: Array.from({ length: 100 }, () => 'GET /(?:[ab]{0,200}c)*d') }).entries ?? []
  assert.throws(() => judge(entries, requestOf('GET', `/${'ab'.repeat(4000)}`), new Work()), { name: 'Unjudgeable' })
})

test('a time holds by the wall clock of its zone, over midnight too', () => {
  const at = (text: string) => Date.parse(text)
  const office = windowOf({
    zone: 'Europe/Berlin',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '09:00',
    to: '17:00',
  })
  assert.ok(office(at('2026-01-15T08:00:00Z')))
  assert.ok(!office(at('2026-01-15T07:59:00Z')))
  assert.ok(office(at('2026-07-15T07:00:00Z')))
  assert.ok(!office(at('2026-01-15T16:00:00Z')))
  assert.ok(!office(at('2026-01-17T10:00:00Z')))
  const night = windowOf({ zone: 'UTC', from: '22:00', to: '06:00' })
  assert.ok(
    night(at('2026-01-15T23:00:00Z')) && night(at('2026-01-15T05:59:00Z')) && !night(at('2026-01-15T06:00:00Z')),
  )
})
