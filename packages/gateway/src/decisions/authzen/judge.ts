import { type Arrival, HeaderList, JsonError, Problem, type Reply } from '@sallyport/core'
import type { Judge } from '@sallyport/http1'
import type { DecisionDoor, Handled } from '@sallyport/stages'
import type { Gateway } from '../../gateway.ts'
import { requireKey } from '../door-key.ts'
import { decide } from './decide.ts'
import { isQuestion, jsonOf, questions, Unfit } from './questions.ts'

const said = (status: number, value: unknown, headers: readonly string[] = []): Reply => ({
  kind: 'answer',
  status,
  headers: ['Content-Type', 'application/json', 'Cache-Control', 'no-store', ...headers],
  body: JSON.stringify(value),
})

/** Section 9: what there is to ask, and where. */
const metadata = (url: string) => ({
  policy_decision_point: url,
  access_evaluation_endpoint: `${url}/access/v1/evaluation`,
  access_evaluations_endpoint: `${url}/access/v1/evaluations`,
})

const wellKnown = '/.well-known/authzen-configuration'
const bearer = /^bearer +([!-~]+)$/i
const challenge = { status: 401, headers: [['WWW-Authenticate', 'Bearer realm="authzen"']] } as const

const idForm = /^[ -~]{1,256}$/

function requireId(headers: HeaderList): void {
  const ids = headers.all('x-request-id')
  if (ids.length > 1 || ids.some(id => !idForm.test(id)))
    throw new Unfit(400, 'X-Request-ID must stand once, in at most 256 visible characters')
}

/** Section 10.1: the id of a request comes back with the answer, whatever that is. */
function identified(reply: Reply, request: Arrival): Reply {
  const [id, more] = new HeaderList(request.rawHeaders).all('x-request-id')
  if (id === undefined || more !== undefined || !idForm.test(id)) return reply
  return { ...reply, headers: [...reply.headers, 'X-Request-ID', id] }
}

function refusalOf(error: unknown): Reply {
  if (error instanceof Unfit) return said(error.status, error.message)
  if (error instanceof JsonError) return said(400, `the body is no JSON that can be relied upon: ${error.message}`)
  if (!(error instanceof Problem)) return said(500, 'something went wrong here')
  const headers = error.shown.headers?.flat() ?? []
  return said(error.status, error.code === 'door-refused' ? 'a key is needed' : error.code, headers)
}

/** Answers whoever asks by AuthZEN. `url` is how the door is reached where nothing else is written. */
export function authzenJudge(gateway: Gateway, current: () => DecisionDoor, url: () => string): Judge {
  const answered = async (request: Arrival): Promise<Reply> => {
    const door = current()
    const headers = new HeaderList(request.rawHeaders)
    requireId(headers)
    const { method, target } = request
    if (target === wellKnown && method === 'GET') return said(200, metadata(door.url ?? url()))
    const keys = headers.all('authorization').map(field => bearer.exec(field)?.[1] ?? '')
    requireKey(door.secret, keys, challenge)
    if (target === wellKnown) throw new Unfit(405, 'GET alone is answered here')
    if (!isQuestion(target)) throw new Unfit(404, 'nothing is served at this path')
    if (method !== 'POST') throw new Unfit(405, 'POST alone is answered here')
    const written = await jsonOf(headers, request)
    return said(200, await questions[target](written, question => decide(question, gateway, door)))
  }
  const told = (error: unknown, { peer, encrypted }: Arrival): Reply => {
    if (error instanceof Problem) gateway.unreadable(error, { peer, encrypted }, 'authzen')
    return refusalOf(error)
  }
  const finish: Handled['finish'] = () => undefined
  return {
    async handle(request) {
      const reply = await answered(request).catch(error => told(error, request))
      return { id: '', reply: identified(reply, request), finish }
    },
    unreadable(problem, from) {
      gateway.unreadable(problem, from, 'authzen')
      return said(problem.status, problem.shown.detail ?? problem.code)
    },
  }
}
