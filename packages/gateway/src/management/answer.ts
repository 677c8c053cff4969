import type { IncomingMessage } from 'node:http'
import { apiPrefix } from '@sallyport/contract'
import { HeaderList, Problem, type Reply, readTarget, type StageName, TemplateTable } from '@sallyport/core'
import { readInput } from './input.ts'
import type { Served } from './run.ts'

/** A page that needs no key: health, readiness, metrics. */
export interface Page {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface AnswerSetting {
  readonly requireSameMachine: (headers: HeaderList) => void
  readonly requireOperator: (headers: HeaderList) => void
  readonly served: readonly Served[]
  readonly pages: Readonly<Record<string, () => Page | Promise<Page>>>
}

/** A Problem with the stage that it belongs to: management asks the same questions as the gateway. */
class ManagementRefusal extends Error {
  override readonly name = 'ManagementRefusal'
  readonly problem: Problem
  readonly stage: StageName

  constructor(problem: Problem, stage: StageName) {
    super(problem.reason, { cause: problem })
    this.problem = problem
    this.stage = stage
  }
}

/** Any error as a refusal: what is no Problem is a fault of ours and shows nothing. */
export function refusalAt(error: unknown, stage: StageName): ManagementRefusal {
  if (error instanceof ManagementRefusal) return error
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new ManagementRefusal(error instanceof Problem ? error : new Problem('internal', {}, reason), stage)
}

async function at<T>(stage: StageName, ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw refusalAt(error, stage)
  }
}

const guardHeaders = [
  ...['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'],
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
]

const pageReply = ({ status, contentType, body }: Page): Reply => ({
  kind: 'answer',
  status,
  headers: ['Content-Type', contentType, ...guardHeaders],
  body,
})

type Branch = ReadonlyMap<string, Served>

function tableOf(served: readonly Served[]): TemplateTable<Branch> {
  const branches = new Map<string, Map<string, Served>>()
  for (const one of served) {
    const branch = branches.get(one.path) ?? new Map<string, Served>()
    branches.set(one.path, branch.set(one.method, one))
  }
  return new TemplateTable([...branches].map(([path, value]) => ({ template: apiPrefix + path, value })))
}

function chosen<T>(branch: ReadonlyMap<string, T>, method: string): T {
  const found = branch.get(method === 'HEAD' ? 'GET' : method)
  if (found !== undefined) return found
  const allow = [...branch.keys()].flatMap(name => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ')
  throw new Problem('method-unknown', { headers: [['Allow', allow]] }, `this path has ${allow}`)
}

/**
 * Answers what comes to the management door. Pages are open to whoever reaches this machine's loopback: they hold counts and
 * names of operations, and what watches a process must not need its keys. All else wants the operator's key.
 */
export function answerer(setting: AnswerSetting): (request: IncomingMessage) => Promise<Reply> {
  const table = tableOf(setting.served)
  const pages = new Map(Object.entries(setting.pages).map(([path, page]) => [path, new Map([['GET', page]])]))
  return async request => {
    const headers = new HeaderList(request.rawHeaders)
    const method = request.method ?? ''
    const target = await at('admit', () => {
      setting.requireSameMachine(headers)
      return readTarget(request.url ?? '')
    })
    const page = pages.get(target.path)
    if (page !== undefined) return pageReply(await at('forward', () => chosen(page, method)()))
    await at('identify', () => setting.requireOperator(headers))
    const { value, parameters } = await at('admit', () => {
      const match = table.match(target.segments)
      if (match !== undefined) return match
      throw new Problem('route-unknown', {}, 'management serves nothing at this path')
    })
    const served = await at('admit', () => chosen(value, method))
    const input = await at('inspect', () => readInput(request, headers, parameters, target.query))
    const output = await at('forward', () => served.answer(input))
    return pageReply({ status: 200, contentType: 'application/json', body: JSON.stringify(output) })
  }
}
