import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { type AppSecret, anonymous, anyone, api, app } from './index.ts'

const [one, other] = ['kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR', 'Jx8uYb2LqV0nRfT5mKs9WcHdE3gAz7PiOo4tX6B1']
const open = { identify: anonymous, authorize: anyone, inspect: { csrf: true } } as const
const look = api('GET /it', open, () => undefined)
const change = api('POST /it', open, () => undefined)
const started = (secret?: AppSecret) => app({ operations: [look, change], ...(secret !== undefined && { secret }) })

async function tokenOf({ fetch }: Awaited<ReturnType<typeof started>>): Promise<string> {
  const response = await fetch(new Request('http://localhost/it'))
  return /csrf_token=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? ''
}

async function statusWith(token: string, { fetch }: Awaited<ReturnType<typeof started>>): Promise<number> {
  const headers = { Cookie: `csrf_token=${token}`, 'X-CSRF-Token': token }
  return (await fetch(new Request('http://localhost/it', { method: 'POST', headers }))).status
}

test('processes with one secret take what another one made; without a secret each has keys of its own', async () => {
  const token = await tokenOf(await started(one))
  assert.equal(await statusWith(token, await started(new Secret(one))), 204)
  assert.equal(await statusWith(token, await started(other)), 403)
  assert.equal(await statusWith(await tokenOf(await started()), await started()), 403)
})

test('of several secrets the first makes, and what the others made is good still', async () => {
  const [before, between, after] = [await started(one), await started([other, one]), await started(other)]
  assert.equal(await statusWith(await tokenOf(before), between), 204)
  assert.equal(await statusWith(await tokenOf(between), after), 204)
  assert.equal(await statusWith(await tokenOf(between), before), 403)
})

test('a secret that is missing, short or can be guessed does not start, and is not repeated', async () => {
  for (const secret of [
    '',
    'short-7fK2',
    'changeme-changeme-changeme-changeme',
    [],
    [one, ''],
    [one, 'aaaaaaaa'.repeat(8)],
  ])
    await assert.rejects(started(secret), (error: Error) => {
      assert.ok(error instanceof TypeError)
      assert.match(error.message, /^secret/)
      assert.doesNotMatch(error.message, /7fK2|changeme|aaaa/)
      return true
    })
})
