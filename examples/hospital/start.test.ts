import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Heard } from '../../tests/harness/heard.ts'
import { patients } from './api.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = await mkdtemp(join(tmpdir(), 'hospital-'))
const args = [join(import.meta.dirname, 'start.ts'), '--http', '0', '--management', '0', '--folder', folder]
const example = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
const heard = new Heard(example.stdout)
const shell = promisify(exec)

/** What the line shows that is printed under these words. */
async function shown(words: string): Promise<string> {
  const [, behind] = heard.text.split(words)
  const [, line = ''] = /^[^\n]*\n {4}(.+)\n/.exec(behind ?? '') ?? []
  return (await shell(line, { cwd: root })).stdout
}

before(() => heard.said('Ctrl-C stops it'))
after(async () => {
  example.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

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
  const exit = once(example, 'exit')
  example.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})
