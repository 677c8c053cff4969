import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyFault } from '../fault.ts'
import { schemaOf } from '../schema.ts'
import { readPolicies } from './read.ts'
import { validated } from './validate.ts'

const policy = (body: string) => `permit(principal, action, resource) when { ${body} };`

test('policies are read in their order, with their names and places', () => {
  const text = `// é\n@id("open")\n${policy('true')}\n\n  ${policy('"permit(" == "x"')}`
  assert.deepEqual(
    readPolicies(text).map(({ id, place }) => [id, place]),
    [
      ['open', { line: 2, column: 1 }],
      ['policy2', { line: 5, column: 3 }],
    ],
  )
})

test('what is no policy is told with its place', () => {
  const wrong = [
    [`${policy('true')}\n// é\nforbid(principal, action, resurce);`, { line: 3, column: 27 }, /resurce/],
    [policy('1 == '), { line: 1, column: 50 }, /unexpected token/],
    [policy('ipp("1")'), { line: 1, column: 44 }, /not a valid function; did you mean `ip`/],
    ['permit(principal == ?principal, action, resource);', undefined, /templates/],
  ] as const
  for (const [text, place, message] of wrong)
    assert.throws(
      () => readPolicies(text),
      error =>
        error instanceof PolicyFault &&
        message.test(error.message) &&
        assert.deepEqual(error.place, place) === undefined,
      text,
    )
})

test('a text beyond 256 KiB is refused unread, and one below is read with its places', () => {
  assert.throws(() => readPolicies(' '.repeat(2 ** 18 + 1)), /at most 256 KiB/)
  const many = readPolicies(`${policy('true')}\n`.repeat(500))
  assert.deepEqual(many.at(-1)?.place, { line: 500, column: 1 })
})

test('what would exhaust the parser is refused before it, and others are read after that', () => {
  const deep = [
    policy(`${'('.repeat(60)}true${')'.repeat(60)}`),
    policy(`${'if true then '.repeat(60)}true${' else true'.repeat(60)}`),
    policy(Array(310).fill('true').join(' && ')),
    policy(`context${'["a"]'.repeat(310)} == 1`),
    policy(`${'{a:'.repeat(60)}1${'}'.repeat(60)} == 1`),
    policy(`context${'.a'.repeat(310)} == 1`),
  ]
  for (const text of deep) assert.throws(() => readPolicies(text), /at most 50 brackets/)
  const widest = [
    policy(Array(290).fill('true').join(' && ')),
    policy(`[${Array(20_000).fill('1').join(',')}].isEmpty()`),
  ]
  for (const text of widest) assert.equal(readPolicies(text).length, 1)
})

test('the deepest that is read can be validated, and others after it', () => {
  const schema = schemaOf({ operations: ['GET /a'], parameters: [], claims: {}, headers: [], query: [] })
  const offsets = `context.time.at${'.offset(duration("1h"))'.repeat(280)} == context.time.at`
  const within = `${'if '.repeat(24)}${'('.repeat(24)}true${')'.repeat(24)}${' then true else false'.repeat(24)}`
  const deep = [offsets, `${within} && ${'context.time.hour == 1 || '.repeat(90)}true`, `1${' + 1'.repeat(290)} == 1`]
  for (const body of [...deep, 'context.time.hour == 1'])
    assert.doesNotThrow(() => validated(readPolicies(policy(body)), schema), body.slice(0, 40))
})

test('a text that is never closed is refused, however many quotes stand in it', () => {
  // Looked for anew at each quote these would be 10^10 characters.
  const text = `permit (principal, action, resource) when { ${'"\\'.repeat(100_000)}`
  assert.throws(() => readPolicies(text), PolicyFault)
})
