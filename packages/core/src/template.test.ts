import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTemplate, TemplateError } from './template.ts'

test('a template is texts and parameters by segment, its texts decoded', () => {
  assert.deepEqual(readTemplate('/caf%C3%A9/a%2Fb/{id}/v{major}.{minor}/{path*}'), {
    text: '/caf%C3%A9/a%2Fb/{id}/v{major}.{minor}/{path*}',
    segments: [
      { texts: ['café'], names: [], tail: false },
      { texts: ['a/b'], names: [], tail: false },
      { texts: ['', ''], names: ['id'], tail: false },
      { texts: ['v', '.', ''], names: ['major', 'minor'], tail: false },
      { texts: ['', ''], names: ['path'], tail: true },
    ],
    shape: '/caf%C3%A9/a%2Fb/{}/v{}.{}/{*}',
    matrix: false,
  })
})

test('names and ways of encoding make no difference to the shape, a trailing slash does', () => {
  const shape = (text: string) => readTemplate(text).shape
  assert.equal(shape('/é/{a}'), shape('/%c3%A9/{b}'))
  assert.equal(shape('/%61/x'), shape('/a/x'))
  assert.notEqual(shape('/a%2Fb'), shape('/a/b'))
  assert.notEqual(shape('/a'), shape('/a/'))
  assert.notEqual(shape('/{a}'), shape('/{a*}'))
})

test('a literal semicolon makes a template for matrix parameters', () => {
  assert.equal(readTemplate('/a/b;v={v}').matrix, true)
})

const refusals: readonly [text: string, fault: RegExp, offset: number][] = [
  ['', /slash/, 0],
  ['a/b', /slash/, 0],
  ['/a?b', /query or fragment/, 2],
  ['/files/{id}#shared', /query or fragment/, 11],
  ['/a/{id', /brace/, 3],
  ['/a/id}', /brace/, 3],
  ['/a/{{id}}', /brace/, 3],
  ['/a/{b/c}', /brace/, 3],
  ['/a/{}', /parameter name ""/, 3],
  ['/a/{1a}', /parameter name "1a"/, 3],
  ['/a/{id:[0-9]+}', /parameter name/, 3],
  ['/a/{+path}', /parameter name/, 3],
  ['/a/{a}{b}', /nothing between/, 3],
  ['/a/{id}/b/{id}', /two parameters named "id"/, 10],
  ['/{a}-{a}', /two parameters named "a"/, 1],
  ['/{path*}/a', /goes on after the tail/, 1],
  ['/{path*}/', /goes on after the tail/, 1],
  ['/a/x{path*}', /tail beside/, 3],
  ['/a/{b}-{path*}', /tail beside/, 3],
  ['/files/*', /bare asterisk/, 7],
  ['/a/%zz', /percent sign/, 3],
  ['/a/%ff', /percent sign/, 3],
  ['//a', /empty segments/, 0],
  ['/a/../b', /dot segments/, 0],
  ['/a/%2e', /dot segments/, 0],
  ['/a\\b', /backslash/, 0],
  ['/a%00', /NUL/, 0],
  ['/a%252f', /encoded twice/, 0],
]

for (const [text, fault, offset] of refusals) {
  test(`the template ${JSON.stringify(text)} is refused, with its place`, () => {
    assert.throws(
      () => readTemplate(text),
      (error: unknown) => error instanceof TemplateError && fault.test(error.message) && error.offset === offset,
    )
  })
}
