import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startGateway, type TestGateway } from '../../harness/gateway.ts'
import { type RawReply, repliesIn, speak } from '../../harness/raw.ts'
import { type Recorded, type Recorder, startRecorder } from '../../harness/recorder.ts'
import { requireRefusal } from '../refusal.ts'

/** A gateway that lets by whatever is framed well, but for `/smuggled`, before a backend that keeps every byte. */
export interface Stand {
  readonly gateway: TestGateway
  readonly recorder: Recorder
  /** Sends bytes, then a good call on the same connection, and gives what became of both. */
  send(bytes: string, about: string): Promise<Sent>
}

export interface Sent {
  /** How the gateway answered, the good call's answer left out. */
  readonly refused: readonly RawReply[]
  /** What the backend was sent, without the good call. */
  readonly arrived: readonly Recorded[]
  /** Whether the connection was used again, for the good call after it. */
  readonly kept: boolean
}

const goodCall = '\r\n\r\nGET /good HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
  all:
    path: /
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
  smuggled:
    path: /smuggled
    admit: { ip: { deny: ["0.0.0.0/0", "::/0"] } }
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
`

/** Names that some reader takes for one of the two framing fields. */
const framing = /^[^a-z]*(?:transfer[^a-z]+encoding|content[^a-z]+length)[^a-z]*$/i

/** Holds a request at the backend to one way of reading it. */
function requireUnambiguous({ line, headers }: Recorded, about: string): void {
  assert.doesNotMatch(line, /smuggled/, about)
  const fields = headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? ''] as const] : []))
  const framed = fields.filter(([name]) => framing.test(name)).map(([name, value]) => `${name.toLowerCase()}: ${value}`)
  assert.ok(framed.length <= 1, `${about} left the backend with ${framed.join(' and ')}`)
  for (const field of framed) assert.match(field, /^(?:transfer-encoding: chunked|content-length: \d+)$/, about)
  for (const [, value] of fields) assert.doesNotMatch(value, /[\x00-\x08\x0a-\x1f\x7f]/, about)
}

export async function openStand(t: Pick<TestContext, 'after'>): Promise<Stand> {
  const recorder = await startRecorder(t)
  const gateway = await startGateway(t, yaml(recorder.url))
  return {
    gateway,
    recorder,
    async send(bytes, about) {
      const before = recorder.requests.length
      const replies = repliesIn(await speak(gateway.url, bytes, goodCall))
      const all = recorder.requests.slice(before)
      const arrived = all.filter(({ line }) => line !== 'GET /good HTTP/1.1')
      const refused = replies.filter(({ status }) => status !== 200)
      for (const reply of refused) requireRefusal(reply, about)
      for (const request of arrived) requireUnambiguous(request, about)
      assert.equal(replies.length - refused.length, all.length, `${about}: as many answers as requests behind`)
      assert.deepEqual(recorder.faults, [], about)
      return { refused, arrived, kept: all.length > arrived.length }
    },
  }
}

/** A good call on a connection of its own: whatever was sent before, the gateway goes on. */
export async function requireAlive({ gateway }: Stand): Promise<void> {
  const response = await gateway.call('/good')
  assert.deepEqual([response.status, await response.text()], [200, 'recorded'])
}
