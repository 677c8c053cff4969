import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AskError, asksText, isAsked, isWildcard, readAsks } from './asks.ts'

test('what names something that can be asked for is read', () => {
  const good: Readonly<Record<string, readonly string[]>> = {
    'tools/call search items': ['tools/call search items'],
    'tools/call *': ['tools/call *'],
    'notifications/*': ['notifications/*'],
    'query a b': ['query a', 'query b'],
    'mutation *': ['mutation *'],
    '(answer)': ['(answer)'],
  }
  for (const [text, names] of Object.entries(good)) {
    assert.deepEqual(readAsks(text).names, names)
    assert.equal(asksText(names), text)
  }
  const bad = [
    '',
    ' ',
    'ping ',
    'tools/call',
    'ping x',
    'query',
    'query 1',
    'query a *',
    'query a a',
    'query a-b',
    '*',
    '/*',
    'a//b',
    '(x)',
  ]
  for (const text of bad) assert.throws(() => readAsks(text), AskError, text)
})

const word = fc.stringMatching(/^[a-z*/:. _]{0,12}$/)

test('without a * at its end a text means itself alone, whatever it holds', () => {
  fc.assert(
    fc.property(word, word, (written, name) => {
      if (!isWildcard(written)) assert.equal(isAsked(written, name), written === name)
    }),
  )
})

test('a * stands for a whole name or method, never for the end of one, and never for introspection', () => {
  fc.assert(
    fc.property(word, name => {
      assert.ok(isAsked('tools/call *', `tools/call ${name}`))
      assert.ok(!isAsked('resources/read file:///a/*', `resources/read file:///a/${name}`) || name === '*')
      assert.ok(!isAsked('query *', `query __${name}`) || name === 'typename')
    }),
  )
  assert.ok(!isAsked('tools/call *', 'tools/callx'))
  assert.ok(!isAsked('tools/call *', 'prompts/get x'))
})
