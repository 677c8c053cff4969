import type { TestContext } from 'node:test'
import { loadConfiguration } from '@sallyport/config'
import { type Backend, startBackend } from '../../harness/backend.ts'
import { startGateway, type TestGateway } from '../../harness/gateway.ts'
import { Assembly } from './nginx-assemble.ts'
import { Lacking } from './nginx-require.ts'
import { type Case, type Step, stepsOf } from './nginx-translate.ts'
import type { Decided } from './nginx-verdicts.ts'

/** One case, replayed. */
export interface Verdict {
  readonly one: Case
  readonly decided: Decided
  /** For each request: why it was refused, as the record has it, and the challenge that was answered. */
  readonly reasons: readonly (string | undefined)[]
  readonly challenges: readonly (string | null)[]
}

export interface Replay {
  readonly verdicts: readonly Verdict[]
  /** What was asked for in vain, once for each case that asked. */
  readonly lacking: readonly string[]
  readonly backend: Backend
}

/** Whether a configuration for this case alone loads. */
async function loads(steps: readonly Step[]): Promise<boolean> {
  const assembly = new Assembly('http://127.0.0.1:9')
  assembly.add(steps, 'http://127.0.0.1:9')
  const { result } = await loadConfiguration(['/sallyport.yaml'], {
    env: {},
    jwks: {},
    secret: async () => undefined,
    readFile: async path => {
      const text = path === '/sallyport.yaml' ? assembly.yaml() : assembly.files.get(path.slice(1))
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return text
    },
  })
  return !('mistakes' in result)
}

async function run(one: Case, steps: readonly Step[], path: string, gateway: TestGateway): Promise<Verdict> {
  const responses: Response[] = []
  for (const { method, target, headers } of steps) {
    const response = await gateway.call(path + target, { method, headers })
    await response.text()
    responses.push(response)
  }
  const events = responses.map(({ headers }) =>
    gateway.events.find(({ id }) => id === headers.get('Sallyport-Call-Id')),
  )
  return {
    one,
    decided: responses.map(({ status }) => status),
    reasons: events.map(event => event?.refusal?.reason),
    challenges: responses.map(({ headers }) => headers.get('WWW-Authenticate')),
  }
}

/** Replays the cases through one gateway, each as an API of its own. */
export async function replay(t: TestContext, cases: readonly Case[]): Promise<Replay> {
  const documents = new Map<string, string>()
  const keyServer = await startBackend(t, ({ url }, response) => {
    const text = documents.get(url.slice(1))
    response.statusCode = text === undefined ? 404 : 200
    response.end(text)
  })
  const backend = await startBackend(t)
  const assembly = new Assembly(keyServer.url)
  const runnable: { readonly one: Case; readonly steps: readonly Step[]; readonly path: string }[] = []
  const verdicts: Verdict[] = []
  const lacking: string[] = []
  for (const one of cases) {
    try {
      const steps = stepsOf(one)
      if (await loads(steps)) runnable.push({ one, steps, path: assembly.add(steps, backend.url) })
      else verdicts.push({ one, decided: 'does not load', reasons: [], challenges: [] })
    } catch (error) {
      if (!(error instanceof Lacking)) throw error
      lacking.push(error.message)
    }
  }
  for (const [name, text] of assembly.files) documents.set(name, text)
  const gateway = await startGateway(t, assembly.yaml(), { files: Object.fromEntries(assembly.files) })
  for (const { one, steps, path } of runnable) verdicts.push(await run(one, steps, path, gateway))
  return { verdicts, lacking, backend }
}
