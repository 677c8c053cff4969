import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeaderList } from '@sallyport/core'
import { conditionIn, isHad } from './condition.ts'

const holds = (condition: string[], answer: string[]) => {
  const read = conditionIn(new HeaderList(condition))
  return read !== undefined && isHad(read, new HeaderList(answer))
}

test('tags are compared weakly, each as a whole', () => {
  for (const had of ['"a"', 'W/"a"', '"b", "a"', ' "a" ,', '"b","a,c", W/"a"', '*'])
    assert.equal(holds(['If-None-Match', had], ['ETag', '"a"']), true, had)
  for (const other of ['"A"', '"ab"', 'a', '"b" "a"', '"b", a', '"a', '*, "a"', '', 'w/"a"', '"b", "c,a"'])
    assert.equal(holds(['If-None-Match', other], ['ETag', '"a"']), false, other)
  assert.equal(holds(['If-None-Match', '"b"', 'If-None-Match', '"a"'], ['ETag', 'W/"a"']), true)
  assert.equal(holds(['If-None-Match', '"a"'], []), false)
})

test('a date counts only where no tags are told and the answer has one', () => {
  const [day, before] = ['Wed, 14 Jan 2026 12:00:00 GMT', 'Tue, 13 Jan 2026 12:00:00 GMT']
  assert.equal(holds(['If-Modified-Since', day], ['Last-Modified', before]), true)
  assert.equal(holds(['If-Modified-Since', day], ['Last-Modified', day]), true)
  assert.equal(holds(['If-Modified-Since', before], ['Last-Modified', day]), false)
  assert.equal(holds(['If-Modified-Since', day], []), false)
  assert.equal(holds(['If-Modified-Since', day, 'If-None-Match', '"b"'], ['Last-Modified', day, 'ETag', '"a"']), false)
  assert.equal(holds(['If-Modified-Since', day, 'If-None-Match', 'b'], ['Last-Modified', day]), false)
})
