import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@sallyport/core'
import fc from 'fast-check'
import { BadToken } from '../../bad-token.ts'
import { judge } from '../permission.ts'
import { readPermission } from '../read-permission.ts'
import { Work } from '../work.ts'
import { judgeDry } from './judge-dry.ts'

type Claims = { readonly [member: string]: Json }

/** What parts that say this make of one operation, in few words. */
function told(operation: string, ...parts: readonly Claims[]) {
  const [method = '', template = ''] = operation.split(' ')
  const token = {
    form: 'plain',
    end: 'plain',
    parts: parts.map(claims => ({ id: '', kid: undefined, claims })),
  } as const
  const [outcome] = judgeDry(token, [{ method, template }])
  return [outcome?.verdict, outcome?.example, ...(outcome?.conditions ?? [])]
}

const allowed = (...texts: string[]) => ({ allowed: texts })
const permit = (...permits: Claims[]) => ({ permit: permits })

test('an operation is allowed where every one of its paths is', () => {
  assert.deepEqual(told('GET /user', allowed('GET /user')), ['allowed', '/user'])
  assert.deepEqual(told('GET /users/{name}', permit({ method: '*', path: '/users/{id}' })), ['allowed', '/users/x'])
  assert.deepEqual(told('GET /a/{b*}', permit({ method: 'GET', path: '/{all*}' })), ['allowed', '/a/x'])
  assert.deepEqual(told('GET /a.{b}', allowed('GET /a\\..*')), ['allowed', '/a.x'])
  assert.deepEqual(told('GET /%40me', permit({ method: 'GET', path: '/@me' })), ['allowed', '/@me'])
})

test('an operation is partly allowed where some of its paths are, with one that is', () => {
  assert.deepEqual(told('GET /repos/{o}/{r}/issues', allowed('GET /repos/someorg/.+?/issues')), [
    'partly',
    '/repos/someorg/x/issues',
  ])
  // A dot matches a slash too: an issue whose number is "issues".
  assert.deepEqual(told('GET /repos/{o}/{r}/issues/{n}', allowed('GET /repos/someorg/.+?/issues')), [
    'partly',
    '/repos/someorg/x/issues/issues',
  ])
  assert.deepEqual(told('GET /users/{name}', allowed('GET /users/\\d{3,}')), ['partly', '/users/000'])
  assert.deepEqual(told('GET /files/{path*}', permit({ method: 'GET', path: '/files/{name}' })), ['partly', '/files/x'])
  assert.deepEqual(told('GET /{a}', allowed('GET /(?i)USER')), ['partly', '/user'])
  assert.deepEqual(told('GET /{a}', allowed('GET /x\\b-y$')), ['partly', '/x-y'])
  assert.deepEqual(told('GET /{a}', allowed('GET /x%20y')), ['partly', '/x%20y'])
})

test('an operation is denied where none of its paths is permitted', () => {
  for (const part of [
    allowed(),
    allowed('POST /user', 'GET /users', 'GET /USER', 'GET /user/keys', 'HEAD /user', 'GET /user\\b\\w'),
    permit({ method: 'GET', path: '/user/{x}' }),
  ])
    assert.deepEqual(told('GET /user', part), ['denied', undefined])
  // A gateway takes it for x/y as well, which isn't permitted.
  assert.deepEqual(told('GET /{a}', allowed('GET /x%2Fy')), ['denied', undefined])
})

test('conditions on query, headers and body make an operation partly allowed, unless another entry has none', () => {
  const open = { method: 'GET', path: '/issues', query: { state: 'open' }, others: 'allow' }
  assert.deepEqual(told('GET /issues', permit(open)), ['partly', '/issues', 'query {"state":"open"}'])
  assert.deepEqual(told('GET /issues', permit(open, { method: 'GET', path: '/issues' })), ['allowed', '/issues'])
  const closing = { method: 'PATCH', path: '/issues/{n}', headers: { 'X-A': 'b' }, body: { type: 'object' } }
  assert.deepEqual(told('PATCH /issues/{n}', permit(closing)), [
    'partly',
    '/issues/x',
    'headers {"X-A":"b"} and body {"type":"object"}',
  ])
})

test('every part of a chain must permit one and the same path', () => {
  const [a, b] = [allowed('GET /repos/a/.*'), allowed('GET /repos/b/.*')]
  assert.deepEqual(told('GET /repos/{o}/{r}', a), ['partly', '/repos/a/x'])
  assert.deepEqual(told('GET /repos/{o}/{r}', a, b), ['denied', undefined])
  assert.deepEqual(told('GET /repos/{o}/{r}', a, { exp: 1 }, allowed('GET /.*/c')), ['partly', '/repos/a/c'])
  assert.deepEqual(told('GET /repos/{o}/{r}', allowed('* /.*'), permit({ method: 'GET', path: '/repos/{o}/{r}' })), [
    'allowed',
    '/repos/x/x',
  ])
})

test('what messages ask for is judged where operations are told by it, and else a condition', () => {
  const asks = (...permits: readonly (string | string[])[]) => ({
    permit: permits.map(one => ({ method: 'POST', path: '/mcp', asks: one })),
  })
  const verdicts = (asked: string | undefined, ...parts: readonly Claims[]) =>
    judgeDry({ parts: parts.map(claims => ({ claims })) }, [{ method: 'POST', template: '/mcp', asks: asked }]).map(
      ({ verdict, conditions }) => [verdict, ...conditions],
    )
  const search = asks('tools/call search')
  assert.deepEqual(verdicts('tools/call search', search), [['allowed']])
  assert.deepEqual(verdicts('tools/call order', search), [['denied']])
  assert.deepEqual(verdicts('tools/call order', asks('tools/call *'), search), [['denied']])
  assert.deepEqual(verdicts('tools/call *', search), [['partly', 'asks ["tools/call search"]']])
  assert.deepEqual(verdicts('tools/*', asks('tools/call *')), [['partly', 'asks ["tools/call *"]']])
  assert.deepEqual(verdicts('tools/call *', asks('tools/*')), [['allowed']])
  assert.deepEqual(verdicts('query *', asks('query __schema')), [['denied']])
  assert.deepEqual(verdicts(undefined, search), [['partly', 'asks ["tools/call search"]']])
  const items = asks(['query items item'])
  assert.deepEqual(verdicts('query items item', items), [['allowed']])
  assert.deepEqual(verdicts('query items orders', items), [['partly', 'asks ["query items","query item"]']])
  assert.throws(() => verdicts(undefined, asks('tools/call')), BadToken)
})

/** Whether a gateway would permit it, as far as the path goes. */
function isPermitted(method: string, path: string, part: Claims): boolean {
  const paths = [{ text: path, segments: path.slice(1).split('/') }]
  const request = { method, paths, asked: [], matrix: false, query: () => [], header: () => [] }
  return judge(readPermission(part) ?? [], request, new Work()) !== 'never'
}

const segment = fc.constantFrom('a', 'b', 'ab', '{p}')
const template = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map(parts => `/${parts.map((part, i) => part.replace('p', `p${i}`)).join('/')}`)
const pattern = fc
  .array(fc.constantFrom('a', 'b', '/', '.', '[^/]', 'a*', '.+', '(?:a|/b)', '\\b', '[ab]?'), { maxLength: 6 })
  .map(parts => `/${parts.join('')}`)
const part = fc.record({
  allowed: fc.array(
    pattern.map(text => `GET ${text}`),
    { maxLength: 2 },
  ),
  permit: fc.array(
    template.map(path => ({ method: 'GET', path })),
    { maxLength: 2 },
  ),
})

test('an example is one that a gateway permits, and of what is denied it permits nothing', () => {
  fc.assert(
    fc.property(
      template,
      part,
      part,
      fc.array(fc.constantFrom('a', 'b', 'ab', 'x-1', 'B'), { minLength: 3, maxLength: 3 }),
      (path, one, other, values) => {
        const [verdict, example] = told(`GET ${path}`, one, other)
        if (example !== undefined)
          assert.ok(
            [one, other].every(each => isPermitted('GET', example, each)),
            example,
          )
        const filled = path.replace(/\{p(\d)\}/g, (_, at: string) => values[Number(at)] ?? '')
        const holds = [one, other].every(each => isPermitted('GET', filled, each))
        if (verdict === 'allowed') assert.ok(holds, filled)
        if (verdict === 'denied') assert.ok(!holds, filled)
      },
    ),
    { numRuns: 500 },
  )
})
