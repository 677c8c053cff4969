import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode } from './decode.ts'
import { normal } from './normal.ts'
import { uncomment } from './uncomment.ts'
import { unquote } from './unquote.ts'

for (const [coded, plain] of [
  ['%27', "'"],
  ['%u0027', "'"],
  ['%2527', '%27'],
  ['%%32%37', '%27'],
  ['%c3%a9', 'é'],
  ['%c0%af', '/'],
  ['%c0%2e%c0%5c', '.\\'],
  ['%e0%80%af', '/'],
  ['%ff', 'ÿ'],
  ['&#39;&#x27&#0000039', "'''"],
  ['&lt;&LT;&colon;', '<<:'],
  ['&unknown; &#xffffffff;', '&unknown; &#xffffffff;'],
  ['\\x27\\u0027\\u{27}\\047', "''''"],
  ['100% & \\o/', '100% & \\o/'],
] as const) {
  test(`one layer of ${coded} is ${plain}`, () => assert.equal(decode(coded), plain))
}

test('whatever is percent-encoded comes back', () => {
  const text = fc.string({ unit: 'grapheme' }).filter(each => !/[%&\\]/.test(each) && each.isWellFormed())
  fc.assert(fc.property(text, each => assert.equal(decode(encodeURIComponent(each)), each)))
})

test('case, white space, full width and invisible characters do not tell texts apart', () => {
  assert.equal(normal('UNION \t\n ＳＥＬＥＣＴ\u200b “x”\0'), 'union select "x"')
})

test('comments are spaces, but what MySQL runs stays, and so does a mark without an end', () => {
  assert.equal(uncomment('a/*b*/c'), 'a c')
  assert.equal(uncomment('/*!50000union*/ x'), ' union  x')
  assert.equal(uncomment("a'--"), "a'--")
  assert.equal(uncomment('a -- b\nc # d\ne'), 'a  c  e')
})

test('marks that a shell drops are dropped, and lines that read like commands are some', () => {
  assert.equal(unquote("c'a't w\\hoami una$@me"), 'cat whoami uname')
  assert.equal(unquote('/etc/[p]asswd'), '/etc/passwd')
  assert.equal(unquote('a\nid'), 'a;id')
  assert.equal(unquote('a\ncat /etc/x\n'), 'a;cat /etc/x\n')
  assert.equal(
    unquote('Dear all,\nfind the time to test it\nid of mine'),
    'Dear all,\nfind the time to test it\nid of mine',
  )
})
