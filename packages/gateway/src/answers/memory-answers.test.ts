import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredAnswer } from '@sallyport/stages'
import fc from 'fast-check'
import { MemoryAnswers } from './memory-answers.ts'

const terms = { freshMs: 1000, asked: false, strict: false, staleIfErrorMs: undefined, forAll: true }

function answerOf(bytes: number, asOf: number, selecting: StoredAnswer['selecting'] = []): StoredAnswer {
  return { status: 200, headers: [], body: new Uint8Array(bytes), terms, selecting, bornAt: 0, asOf }
}

const storeOf = (bytesMax: number) => new MemoryAnswers({ randomKey: new Uint8Array(32), bytesMax })

test('bodies together never have more bytes than there is room, whatever is kept, found, dropped and forgotten', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const step = fc.record({
    ...{ slot: name, place: name, language: name, bytes: fc.nat(3_000) },
    act: fc.constantFrom('keep', 'find', 'drop', 'forget'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), steps => {
      const store = storeOf(10_000)
      for (const { act, slot, place, bytes, language } of steps) {
        if (act === 'keep') store.keep(slot, place, answerOf(bytes, store.moment(), [['accept-language', language]]))
        else if (act === 'forget') store.forget(place)
        else for (const found of store.find(slot, place)) if (act === 'drop') store.drop(slot, found)
      }
      // What a slot holds is asked for with a place that was never forgotten.
      const held = ['a', 'b', 'c', 'd'].flatMap(slot => store.find(slot, 'e'))
      assert.ok(held.reduce((sum, { body }) => sum + body.length + 1_000, 0) <= 10_000)
    }),
  )
})

test('what was not asked for longest makes room; one answer takes a quarter of it at the most', () => {
  const store = storeOf(12_000)
  for (const slot of ['a', 'b', 'c', 'd']) store.keep(slot, 'p', answerOf(1_900, 0))
  store.find('a', 'p')
  store.keep('e', 'p', answerOf(1_900, 0))
  const has = (slot: string) => store.find(slot, 'p').length
  assert.deepEqual([has('a'), has('b'), has('c'), has('d'), has('e')], [1, 0, 1, 1, 1])
  store.keep('f', 'p', answerOf(2_001, 0))
  assert.equal(has('f'), 0)
})

test('answers that were selected alike take each other’s place, others stand beside, eight at the most', () => {
  const store = storeOf(1e6)
  const inLanguage = (language: string) => answerOf(1, 0, [['accept-language', language]])
  for (let i = 0; i < 9; i++) store.keep('a', 'p', inLanguage(`${i}`))
  store.keep('a', 'p', inLanguage('5'))
  const languages = store.find('a', 'p').map(({ selecting }) => selecting[0]?.[1])
  assert.deepEqual(languages, ['5', '8', '7', '6', '4', '3', '2', '1'])
})

test('what was asked for before its place was forgotten is neither found nor kept, however many places were forgotten since', () => {
  const store = storeOf(1e6)
  const early = store.moment()
  store.keep('a', 'p', answerOf(1, early))
  store.keep('b', 'q', answerOf(1, early))
  store.forget('p')
  assert.deepEqual([store.find('a', 'p').length, store.find('b', 'q').length], [0, 1])
  store.keep('a', 'p', answerOf(1, early))
  assert.equal(store.find('a', 'p').length, 0)
  store.keep('a', 'p', answerOf(1, store.moment()))
  assert.equal(store.find('a', 'p').length, 1)
  for (let i = 0; i < 10_000; i++) store.forget(`other ${i}`)
  store.keep('c', 'p', answerOf(1, early))
  assert.equal(store.find('c', 'p').length, 0)
  store.keep('d', 'p', answerOf(1, store.moment()))
  assert.equal(store.find('d', 'p').length, 1)
})

test('answers on their way share a quarter of the room', () => {
  const store = storeOf(4_000)
  assert.deepEqual([store.take(600), store.take(400), store.take(1)], [true, true, false])
  store.give(400)
  assert.equal(store.take(400), true)
})

test('slots are told apart by the key of the store, and show nothing of what was asked', () => {
  const other = new MemoryAnswers({ randomKey: new Uint8Array(32).fill(1), bytesMax: 1 })
  const store = storeOf(1)
  assert.equal(store.slot('x'), store.slot('x'))
  assert.notEqual(store.slot('x'), other.slot('x'))
  assert.ok(!store.slot('credential').includes('credential'))
})
