import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTarget, readTemplate, TemplateTable } from '@sallyport/core'
import fc from 'fast-check'
import { pathOf } from './path.ts'

const good: readonly (readonly [template: string, params: object, path: string])[] = [
  ['/', {}, '/'],
  ['/items/{id}', { id: 7 }, '/items/7'],
  ['/items/{id}', { id: true }, '/items/true'],
  ['/items/{id}', { id: 'a b&c=d;é' }, '/items/a%20b%26c%3Dd%3B%C3%A9'],
  ['/items/{id}', { id: 'a/b' }, '/items/a%2Fb'],
  ['/items/{id}', { id: '...' }, '/items/...'],
  ['/report.{format}', { format: 'csv' }, '/report.csv'],
  ['/v{major}.{minor}', { major: 1, minor: 2 }, '/v1.2'],
  ['/files/{path*}', { path: 'a/b c/d' }, '/files/a/b%20c/d'],
  ['/café/{id}', { id: 1 }, '/caf%C3%A9/1'],
]

for (const [template, params, path] of good) {
  test(`${template} with ${JSON.stringify(params)} is ${path}`, () => {
    assert.equal(pathOf(template, { ...params }), path)
  })
}

const bad: readonly (readonly [template: string, params: object, named: RegExp])[] = [
  ['/items/{id}', {}, /params\.id: needs a text/],
  ['/items/{id}', { id: '' }, /params\.id: is empty/],
  ['/items/{id}', { id: '..' }, /dot segments/],
  ['/items/{id}', { id: '.' }, /dot segments/],
  ['/items/{id}', { id: '../admin' }, /dot segments/],
  ['/items/{id}', { id: '..\\admin' }, /backslash/],
  ['/items/{id}', { id: '..;a' }, /dot segments/],
  ['/items/{id}', { id: '%2e%2e' }, /encoded twice/],
  ['/items/{id}', { id: 'a?b' }, /question mark/],
  ['/items/{id}', { id: 'a\0' }, /NUL/],
  ['/items/{id}', { id: '/a' }, /empty segments/],
  ['/items/{id}', { id: null }, /params\.id: needs a text/],
  ['/items/{id}', { id: Number.NaN }, /params\.id: needs a text/],
  ['/items/{id}', { id: { toString: () => '1' } }, /params\.id: needs a text/],
  ['/items/{id}', { id: ['a'] }, /params\.id: needs a text/],
  ['/items/{id}', { id: '\ud800' }, /params\.id: is half a character/],
  ['/items/{toString}', {}, /params\.toString: needs a text/],
  ['/v{major}.{minor}', { major: '1.2', minor: '3' }, /params\.major, minor: .*something else/],
  ['/files/{path*}', { path: 'a//b' }, /empty segments/],
  ['/files/{path*}', { path: '../b' }, /dot segments/],
  ['/files/{path*}', { path: '/b' }, /empty segments/],
]

for (const [template, params, named] of bad) {
  test(`${template} with ${JSON.stringify(params)} is not sent`, () => {
    assert.throws(() => pathOf(template, { ...params }), { name: 'TypeError', message: named })
  })
}

test('whatever is sent is read by the server as what was given, at the same operation', () => {
  const templates = ['/a/{x}', '/{x}/a', '/a.{x}-{y}', '/{x*}', '/a/{x}/{y}']
  const text = fc.string({
    unit: fc.constantFrom('a', '.', '-', '/', '%', '2', 'e', '\\', ';', '?', '#', ' ', 'é', '\0', '+'),
  })
  let sent = 0
  fc.assert(
    fc.property(fc.constantFrom(...templates), text, text, (template, x, y) => {
      const names = readTemplate(template).segments.flatMap(segment => segment.names)
      const params = Object.fromEntries(Object.entries({ x, y }).filter(([name]) => names.includes(name)))
      let path: string
      try {
        path = pathOf(template, params)
      } catch {
        return
      }
      sent += 1
      assert.equal(new URL(path, 'http://localhost').pathname, path)
      const table = new TemplateTable([{ template, value: template }])
      assert.deepEqual({ ...table.match(readTarget(path).segments)?.parameters }, params)
    }),
    { numRuns: 3000 },
  )
  assert.ok(sent > 300)
})
