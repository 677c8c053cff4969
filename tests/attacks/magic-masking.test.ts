import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { valuesOf } from '../harness/backend.ts'
import { realToken, startMagic } from '../harness/magic.ts'

/* A holder who wants the credential has the upstream repeat it with what they send around it, so that it is found no more. */

const gateway = await startMagic(
  { after },
  {
    answer(request, response) {
      const [authorization = ''] = valuesOf(request, 'authorization')
      const [before = '', after = ''] = request.body.toString('latin1').split('|')
      const text = before + authorization.slice('Bearer '.length) + after
      const [write = (echoed: string) => echoed] = valuesOf(request, 'x-how').flatMap(how => writers[how] ?? [])
      response.end(Buffer.from(write(text), 'latin1'))
    },
  },
)
const token = await gateway.mint({ allowed: ['POST /echo'] })

const percents = (text: string) =>
  [...Buffer.from(text, 'latin1')].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')
const writers: Readonly<Record<string, (text: string) => string>> = {
  json: text => JSON.stringify({ text }),
  percents,
  twice: text => percents(percents(text)),
  base64,
  escapedBase64: text => encodeURIComponent(base64(text)),
}

const undone = (text: string) =>
  text.replace(/%([\da-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))

/** What a reader makes of each notation. */
const readers: Readonly<Record<string, (text: string) => string>> = {
  raw: text => text,
  json: text => text,
  percents: text => undone(text),
  twice: text => undone(undone(text)),
  base64: text => Buffer.from(text.replace('[secret]', '!'), 'base64').toString('latin1') + text,
  escapedBase64: text => decodeURIComponent(text),
}

const surroundings: readonly string[] = [
  '|',
  '\\|',
  '\\\\|',
  '\\u|',
  '\\u00|',
  '%|',
  '%2|',
  '%25|',
  '%|%',
  `${realToken.slice(0, 4)}|`,
  'ghp_ghp_|_ghp',
  'ghp_16C7e42F292c|',
  '\u0000|\u0000',
  'a|b',
  'ab|c',
  '\xc3|\xa4',
]

for (const how of Object.keys(readers)) {
  test(`a holder gets the credential back in no ${how} text, whatever they have put around it`, async () => {
    for (const around of surroundings) {
      const response = await gateway.as(token, '/github/echo', {
        method: 'POST',
        headers: { 'X-How': how, 'Content-Type': 'application/octet-stream' },
        body: Buffer.from(around, 'latin1'),
      })
      assert.equal(response.status, 200)
      const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
      assert.match(text, /\[secret\]/, around)
      const read = readers[how]?.(text) ?? ''
      for (let at = 0; at + 20 <= realToken.length; at++)
        assert.ok(!read.includes(realToken.slice(at, at + 20)), `${around}: ${read}`)
    }
  })
}
