import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, answer, any, anyone, api, apiKey, type Operation, type Protect } from '@sallyport/sdk'
import { z } from 'zod'
import { startApplication } from '../harness/application.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { certificateFiles, overTls } from '../harness/tls.ts'

type Headers = Exclude<NonNullable<Protect['securityHeaders']>, true>

const csp: Headers['csp'] = {
  'default-src': "'self'",
  'script-src': ["'self'", 'https://cdn.example.com'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': "'self' data: https:",
  'font-src': "'self'",
  'connect-src': ["'self'", 'wss://api.example.com'],
  'frame-ancestors': "'none'",
  'form-action': "'self'",
  'upgrade-insecure-requests': true,
  'block-all-mixed-content': true,
}
const all: Headers = {
  csp,
  hsts: { maxAge: '365d', includeSubDomains: true, preload: true },
  xssProtection: '1; mode=block',
  permissionsPolicy: { geolocation: 'self', microphone: 'none', camera: 'none', payment: 'none' },
}

const open = { identify: anonymous, authorize: anyone } as const
const key = { id: 'one', key: 'a-key-of-many-letters-1' }
const own = { 'X-Frame-Options': 'ALLOWALL', 'referrer-policy': 'unsafe-url', 'Permissions-Policy': 'camera=*' }
const operations: readonly Operation[] = [
  api(
    'GET /items',
    { identify: any(apiKey({ keys: [key] }), anonymous), authorize: anyone, response: z.literal('fine') },
    () => answer(200, 'fine', own),
  ),
  api('GET /broken', open, () => {
    throw new Error('broken')
  }),
]

const start = (t: Lifetime, securityHeaders: Headers | true, tls?: { readonly cert: string; readonly key: string }) =>
  startApplication(t, { operations, protect: { securityHeaders } }, tls && { tls })

const policyOf = ({ headers }: Response) => headers.get('content-security-policy')

test('[F26] the policy of an application has each directive with its sources, flags bare, and none for flags that are false', async t => {
  const { call } = await start(t, all)
  const directives = (policyOf(await call('/items')) ?? '').split('; ').map(text => text.split(' '))
  assert.deepEqual(Object.fromEntries(directives.map(([name, ...sources]) => [name, sources])), {
    'default-src': ["'self'"],
    'script-src': ["'self'", 'https://cdn.example.com'],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", 'wss://api.example.com'],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
    'upgrade-insecure-requests': [],
    'block-all-mixed-content': [],
  })
  const flags = { 'upgrade-insecure-requests': false, 'block-all-mixed-content': false }
  const without = await start(t, { csp: { 'default-src': "'self'", ...flags } })
  assert.equal(policyOf(await without.call('/items')), "default-src 'self'")
})

test('[F27] an application holds browsers to TLS over TLS, with exactly what is written', async t => {
  const { call } = await start(t, all)
  assert.equal((await call('/items')).headers.get('strict-transport-security'), null)
  const files = await certificateFiles()
  const { url } = await start(t, all, { cert: files['cert.pem'], key: files['key.pem'] })
  for (const path of ['/items', '/nowhere']) {
    const { headers } = await overTls(url, path, files)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains; preload', path)
  }
})

const wanted = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'geolocation=(self), microphone=(), camera=(), payment=()',
}

test('[F28] [F29] the fields of an application are those that are written, on 200, 401, 404 and 500, whatever its handler says', async t => {
  const { call } = await start(t, all)
  for (const [path, headers, status] of [
    ['/items', {}, 200],
    ['/items', { 'X-API-Key': 'b-key-of-many-letters-1' }, 401],
    ['/nowhere', {}, 404],
    ['/broken', {}, 500],
  ] as const) {
    const response = await call(path, { headers })
    assert.equal(response.status, status, path)
    for (const [name, value] of Object.entries(wanted))
      assert.equal(response.headers.get(name), value, `${path} ${name}`)
  }
})
