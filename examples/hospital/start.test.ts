import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startExample } from '../../tests/harness/example.ts'
import { patients } from './patients.ts'

const { lineUnder, typed, stop } = await startExample(import.meta.dirname)

/** What the line shows that is printed under these words. */
const shown = async (words: string) => (await typed(lineUnder(words))).stdout

const withoutHistory = ({ history: _, ...rest }: (typeof patients)[number]) => rest
const seenBy = (doctor: string) =>
  patients.map(patient => (patient.doctor === doctor ? patient : withoutHistory(patient)))

test('[W18] a doctor sees the history of their own patients, and of no others', async () => {
  assert.deepEqual(JSON.parse(await shown('Dr Adams')), { patients: seenBy('adams') })
  assert.deepEqual(JSON.parse(await shown('Dr Brown')), { patients: seenBy('brown') })
})

test('[W18] staff see names and e-mail, and no history', async () => {
  assert.deepEqual(JSON.parse(await shown('Clark')), { patients: patients.map(withoutHistory) })
})

test('[W18] others see neither; an e-mail is a hash, a day of birth is a year', async () => {
  const seen: { patients: Record<string, unknown>[] } = JSON.parse(await shown('Davis'))
  for (const [i, { id, born, doctor }] of patients.entries()) {
    const { email, ...rest } = seen.patients[i] ?? {}
    assert.deepEqual(rest, { id, born: born.slice(0, 4), doctor })
    assert.match(String(email), /^[\w-]{43}$/)
  }
})

test('[W18] it makes no difference how deep a patient stands, nor whether each comes as an event', async () => {
  const beds = seenBy('adams').map(patient => ({ patient }))
  assert.deepEqual(JSON.parse(await shown('However deep')), [{ ward: 'north', beds }])
  const events = patients.map(patient => `event: changed\ndata: ${JSON.stringify(withoutHistory(patient))}\n\n`)
  assert.equal(await shown('a stream of events'), events.join(''))
})

test('[W18] [W19] an answer that tells too much by mistake tells no more than others', async () => {
  const { error, nearest } = JSON.parse(await shown('by mistake'))
  assert.equal(error, 'no such patient')
  assert.deepEqual(Object.keys(nearest), ['id', 'email', 'born', 'doctor'])
  assert.doesNotMatch(JSON.stringify(nearest), /Archer|ann@|wrist/)
})

test('told to stop, it stops in order', async () => {
  assert.deepEqual(await stop(), [0, null])
})
