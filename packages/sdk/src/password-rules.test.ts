import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, app, passwordRules } from './index.ts'

const rules = passwordRules()
const withZod = z.object({
  password: z.string().superRefine((text, context) => {
    for (const message of rules.faultsIn(text)) context.addIssue({ code: 'custom', message })
  }),
})

async function refusal(body: unknown, path: string): Promise<unknown> {
  const open = { identify: anonymous, authorize: anyone } as const
  const operations = [
    api('POST /zod', { ...open, body: withZod }, () => undefined),
    api('POST /bare', { ...open, body: rules }, () => undefined),
  ]
  const { fetch } = await app({ operations })
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(
    new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body), headers }),
  )
  if (response.status === 204) return 'good'
  assert.equal(response.status, 400)
  return z.looseObject({ errors: z.json() }).parse(await response.json()).errors
}

const lacking: readonly (readonly [password: string, faults: readonly string[]])[] = [
  ['Abcde1!', ['needs at least 8 characters']],
  ['abcdef1!', ['needs an upper-case letter']],
  ['ABCDEF1!', ['needs a lower-case letter']],
  ['Abcdefg!', ['needs a digit']],
  ['Abcdefg1', ['needs one of !@#$%^&*']],
  ['Abcdefg1?', ['needs one of !@#$%^&*']],
  [
    '',
    ['at least 8 characters', 'an upper-case letter', 'a lower-case letter', 'a digit', 'one of !@#$%^&*'].map(
      what => `needs ${what}`,
    ),
  ],
]

test('[F39] a password that lacks something is refused with what it lacks, in schemas of another library and alone', async () => {
  for (const [password, faults] of lacking) {
    assert.deepEqual(await refusal({ password }, '/zod'), { 'body.password': faults }, password)
    assert.deepEqual(await refusal(password, '/bare'), { body: faults }, password)
  }
  assert.equal(await refusal({ password: 'Abcdef1!' }, '/zod'), 'good')
  assert.equal(await refusal('Abcdef1!', '/bare'), 'good')
  assert.equal(await refusal('Äbcdef1!', '/bare'), 'good')
})

test('what is no text is no password', async () => {
  for (const value of [null, 12345678, ['Abcdef1!'], {}])
    assert.deepEqual(await refusal(value, '/bare'), { body: ['needs a text'] })
})

test('other rules are written, and those that nobody could mean do not start', () => {
  const longer = passwordRules({ minLength: 12, needs: ['special'], special: '+-' })
  assert.deepEqual(longer.faultsIn('aaaaaaaaaaa!'), ['needs one of +-'])
  assert.deepEqual(longer.faultsIn('aaaaaaaaaaa+'), [])
  const wrong: readonly object[] = [{ minLength: 0 }, { needs: ['digits'] }, { special: '' }, { length: 8 }]
  for (const options of wrong) assert.throws(() => passwordRules(options), /^TypeError: passwordRules/)
})
