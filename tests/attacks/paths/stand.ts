import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startGateway, type TestGateway } from '../../harness/gateway.ts'
import { repliesIn, speak } from '../../harness/raw.ts'
import { type Recorder, startRecorder } from '../../harness/recorder.ts'
import { testIssuer } from '../../harness/tokens.ts'
import { requireRefusal } from '../refusal.ts'

/** `/public` is open and `/admin` wants a token, before a backend that keeps what it is asked. */
export interface Stand {
  readonly gateway: TestGateway
  readonly recorder: Recorder
  /** Asks for a raw target without a credential, and gives the target that reached the backend, if one did. */
  ask(target: string): Promise<string | undefined>
}

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
apis:
  site:
    path: /
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
    operations:
      GET /public: {}
      GET /public/{path*}: {}
      GET /admin: { identify: { jwt: staff } }
      GET /admin/{path*}: { identify: { jwt: staff } }
`

const requestFor = (target: string) => `GET ${target} HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n`

export async function openStand(t: Pick<TestContext, 'after'>): Promise<Stand> {
  const recorder = await startRecorder(t)
  const { jwks } = await testIssuer()
  const gateway = await startGateway(t, yaml(recorder.url), { files: { 'jwks.json': jwks } })
  return {
    gateway,
    recorder,
    async ask(target) {
      const about = `GET ${target}`
      const before = recorder.requests.length
      const [reply, more] = repliesIn(await speak(gateway.url, Buffer.from(requestFor(target), 'utf8')))
      const arrived = recorder.requests.slice(before)
      assert.ok(reply !== undefined && more === undefined, about)
      if (reply.status !== 200) requireRefusal(reply, about)
      assert.equal(arrived.length, reply.status === 200 ? 1 : 0, about)
      return arrived[0]?.line.split(' ')[1]
    },
  }
}

const decoded = (text: string) =>
  text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** The path that the most credulous backend acts on: decoded twice, `\` for `/`, `;` cut off, dots climbed. */
export function actedOn(target: string): string {
  const path = decoded(decoded(target.split('?')[0] ?? '')).replaceAll('\\', '/')
  const climbed: string[] = []
  for (const segment of path.split('/')) {
    const name = (segment.split(';')[0] ?? '').replace(/[\s\x00-\x1f\x7f-\x9f]+/g, '')
    if (name === '..') climbed.pop()
    else if (name !== '' && name !== '.') climbed.push(name)
  }
  return `/${climbed.join('/')}`
}
