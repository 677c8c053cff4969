import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rewriteCookie, rewriteLocation } from './location.ts'

const gateway = 'https://gateway.example'
const origin = 'http://upstream.internal:9001'

const mount = fc.record({ apiPath: fc.constantFrom('', '/shop', '/shop/v1'), keepPath: fc.boolean() })
const upstream = fc.record({ origin: fc.constant(origin), base: fc.constantFrom('', '/v1', '/v1/x') })
const requested = fc.constantFrom('/shop/v1/a/b', '/shop/v1/', '/shop/v1/a/b/c/')

/** What browsers and servers have been confused with, in any order. */
const piece = fc.constantFrom(
  ...[
    '/',
    '//',
    '\\',
    '..',
    '.',
    '%2e%2e',
    '%2E',
    '/v1',
    '/v1/x',
    '/shop',
    'admin',
    'a',
    '?',
    '#',
    '@',
    ':',
    ';',
    '%2f',
  ],
  ...['\t', ' ', 'http:', 'https://', origin, gateway, 'evil.example', 'javascript:alert(1)', 'caf\u00c3\u00a9', '%'],
)
const value = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''))

/** Where a browser that asked the gateway goes. */
const followed = (location: string, path: string) => URL.parse(location, gateway + path)

test('a rewritten Location stays within the API, or names the host that the upstream named', () => {
  fc.assert(
    fc.property(value, requested, mount, upstream, (location, path, api, rule) => {
      const rewritten = rewriteLocation(location, path, api, rule)
      if (rewritten === undefined) return
      const meant = URL.parse(Buffer.from(location, 'latin1').toString('utf8'), `${origin}/x`)
      const led = followed(rewritten, path)
      if (led === null) return assert.equal(rewritten, location)
      if (rewritten === location && meant?.origin !== origin) {
        // Left as it was: it leads to the host that the upstream named, whoever follows it.
        return assert.equal(led.host, URL.parse(location, `${origin}/x`)?.host)
      }
      assert.equal(led.origin, gateway, `${location} became ${rewritten}`)
      assert.ok(led.pathname === api.apiPath || led.pathname.startsWith(`${api.apiPath}/`), rewritten)
    }),
    { numRuns: 1_000 },
  )
})

test('no Location names the upstream', () => {
  fc.assert(
    fc.property(value, requested, mount, upstream, (location, path, api, rule) => {
      const rewritten = rewriteLocation(location, path, api, rule)
      const led = rewritten === undefined ? null : followed(rewritten, path)
      assert.notEqual(led?.origin, origin)
    }),
    { numRuns: 1_000 },
  )
})

test('a cookie is set for a path of the API, and for no domain', () => {
  const attribute = fc.oneof(
    fc.constantFrom(...[' Secure', 'HttpOnly', ' Domain=upstream.internal', 'DOMAIN = .example', ' Max-Age=1', '']),
    value.filter(text => !text.includes(';')).map(text => ` Path=${text}`),
    fc.constantFrom(' path=/', 'PATH=/v1', ' Path = /v1/x/y', ' Path=/shop/v1/z/', ' Path'),
  )
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 5 }), mount, upstream, (attributes, api, rule) => {
      const rewritten = rewriteCookie(['a=1', ...attributes].join(';'), api, rule)
      for (const part of rewritten?.split(';').slice(1) ?? []) {
        const [name = '', path = ''] = part.split(/=(.*)/s).map(text => text.trim())
        assert.notEqual(name.toLowerCase(), 'domain')
        if (name.toLowerCase() !== 'path' || !path.startsWith('/')) continue
        assert.ok(api.apiPath === '' || path === api.apiPath || path.startsWith(`${api.apiPath}/`), rewritten)
      }
    }),
    { numRuns: 1_000 },
  )
})
