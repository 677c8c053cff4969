import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, app } from './index.ts'

/** Something to be waited for that is no Promise, as query builders give. */
function later(value: unknown): Promise<never> {
  const promise = Promise.resolve<never>(value as never)
  return {
    // biome-ignore lint/suspicious/noThenProperty: that is what makes it one
    then: (...next) => promise.then(...next),
    catch: next => promise.catch(next),
    finally: next => promise.finally(next),
    [Symbol.toStringTag]: 'Later',
  }
}

const text = z.object({ text: z.string() })
const open = { identify: anonymous, authorize: anyone }

async function answerTo(operation: Parameters<typeof app>[0]['operations'][number], body: string) {
  const { fetch } = await app({ operations: [operation], fault: () => undefined })
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(new Request('http://localhost/', { method: 'POST', body, headers }))
  return { status: response.status, text: await response.text() }
}

test('whatever a handler gives that is to be waited for is waited for, and judged then', async () => {
  const handler = (value: unknown) => api('POST /', { response: text, ...open, status: 200 }, () => later(value))
  assert.equal((await answerTo(handler({ text: 'a', secret: 'b' }), '')).text, '{"text":"a"}')
  assert.equal((await answerTo(handler({ text: 1 }), '')).status, 500)
})

test('a schema whose verdict is to be waited for judges what comes in and what leaves', async () => {
  const slow: typeof text = Object.create(text, {
    '~standard': {
      value: { ...text['~standard'], validate: (value: unknown) => later(text['~standard'].validate(value)) },
    },
  })
  const echo = api('POST /', { body: slow, response: slow, ...open }, ({ body }) => body)
  assert.equal((await answerTo(echo, '{"text":"a"}')).text, '{"text":"a"}')
  assert.equal((await answerTo(echo, '{"text":1}')).status, 400)
  const wrong = api('POST /', { response: slow, ...open }, () => JSON.parse('{"text":1}'))
  assert.equal((await answerTo(wrong, '')).status, 500)
})
