import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { originPattern, originTest } from './origins.ts'

const isWritten = (text: string) => originPattern.safeParse(text).success

test('an origin is written as browsers send it, and a pattern stands for labels before a domain', () => {
  for (const good of [
    'https://hmart.com',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'https://xn--mller-kva.example',
    'https://*.example.com',
    'https://*.example.com:8443',
    'capacitor://localhost',
    'chrome-extension://abcdefghijklmnop',
  ])
    assert.ok(isWritten(good), good)
})

test('what browsers never send, or what would let anybody in, is no origin', () => {
  for (const bad of [
    '',
    'null',
    '*',
    'hmart.com',
    'https://hmart.com/',
    'https://hmart.com/path',
    'https://hmart.com:443',
    'http://hmart.com:80',
    'https://HMART.com',
    'https://müller.example',
    'https://user@hmart.com',
    'https://*',
    'https://*.com',
    'https://*.1.2.3.4',
    'https://*.[::1]',
    'https://ex*.example.com',
    'https://a.*.example.com',
    'https://*.*.example.com',
    'https://*example.com',
    '*://hmart.com',
    'https://hmart.com, https://abcstore.com',
    'https://hmart.com\r\nX: y',
    'chrome-extension://*.a.b',
  ])
    assert.ok(!isWritten(bad), bad)
})

test('a pattern of subdomains takes one or more labels, and neither the domain itself nor a host that ends alike', () => {
  const isListed = originTest(['https://*.example.com', 'https://*.shop.example:8443'])
  for (const good of ['https://a.example.com', 'https://a.b-c.d_e.example.com', 'https://x.shop.example:8443'])
    assert.ok(isListed(good), good)
  for (const bad of [
    'https://example.com',
    'https://.example.com',
    'https://a..example.com',
    'https://evilexample.com',
    'https://a.example.com.evil.com',
    'https://a.example.com:8443',
    'http://a.example.com',
    'https://evil.com/.example.com',
    'https://evil.com#.example.com',
    'https://evil.com:1.example.com',
    'https://user@evil.com?.example.com',
    'https://-a.example.com',
    'https://A.example.com',
    'https://a.example.com ',
    'https://x.shop.example',
    'null',
    '',
  ])
    assert.ok(!isListed(bad), bad)
})

const labels = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
const domain = fc
  .array(fc.stringMatching(/^[a-z]{2,12}$/), { minLength: 2, maxLength: 3 })
  .map(parts => parts.join('.'))

test('an origin is listed exactly where its host, read as a URL, is the one written or below the one written', () => {
  fc.assert(
    fc.property(domain, fc.array(labels, { maxLength: 3 }), fc.boolean(), (base, below, wide) => {
      const host = [...below, base].join('.')
      const isListed = originTest([wide ? `https://*.${base}` : `https://${base}`])
      assert.equal(isListed(`https://${host}`), wide ? below.length > 0 : below.length === 0)
    }),
  )
})

test('whatever stands around a listed origin, only that of a host below the domain is taken', () => {
  const isListed = originTest(['https://*.example.com'])
  const part = fc.oneof(
    fc.constantFrom('https://', 'a', '.', 'example.com', '/', '#', '?', '@', ':443', 'evil.com', '%00'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), parts => {
      const origin = parts.join('')
      if (!isListed(origin)) return
      const url = new URL(origin)
      assert.equal(url.origin, origin)
      assert.ok(url.hostname.endsWith('.example.com'))
    }),
    { numRuns: 1_000 },
  )
})
