import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Silence } from './silence.ts'

const patience = { headersMs: 15_000, silenceMs: 65_000, checkMs: 5_000 }

test('a head is awaited for so long, from the opening on and from its first byte on, however much moves', () => {
  const silence = new Silence(0)
  assert.equal(silence.judge(14_999, 10, patience), undefined)
  silence.headBegan(14_999)
  assert.equal(silence.judge(15_000, 20, patience), 'head')
  silence.headEnded()
  assert.equal(silence.judge(20_000, 30, patience), undefined)
  silence.headBegan(21_000)
  assert.equal(silence.judge(35_999, 40, patience), undefined)
  assert.equal(silence.judge(36_000, 50, patience), 'head')
})

test('silence is told when nothing has moved for so long, and then begins anew', () => {
  const silence = new Silence(0)
  silence.headEnded()
  const told = [10, 60, 100, 124, 126, 130, 190, 192].map(seconds =>
    silence.judge(seconds * 1_000, seconds < 60 ? 1 : 2, patience),
  )
  const [none, all] = [undefined, 'silence']
  assert.deepEqual(told, [none, none, none, none, all, none, none, all])
})
