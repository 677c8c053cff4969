import { mediaType } from '@sallyport/core/portable'
import type { Endpoint, Shape } from '../endpoint.ts'
import { usualStatus } from '../usual-status.ts'
import { jsonOf, receivedAs } from './received.ts'
import { refusedBy } from './refused.ts'

/** An answer that the endpoint doesn't declare. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
  readonly status: number

  constructor(route: string, status: number, what: string) {
    super(`${route}: ${status} ${what}`)
    this.status = status
  }
}

/** Nobody reads the body, so whoever sends it need not go on. */
function leave({ body }: Response): void {
  body?.cancel().catch(() => undefined)
}

async function bodyOf(route: string, declared: Shape['response'], response: Response): Promise<unknown> {
  if (declared === undefined) return leave(response)
  const { type, isOf, read } = receivedAs(declared)
  const isRead = isOf(response.headers.get('content-type') ?? '')
  if (!isRead) leave(response)
  const body = isRead ? await read(response) : undefined
  if (body === undefined) throw new UnexpectedAnswer(route, response.status, `is no ${type}`)
  return body
}

const isProblem = ({ headers }: Response) => mediaType(headers.get('content-type') ?? '') === 'application/problem+json'

/** What an answer comes to. Throws Refused where the call was refused, and UnexpectedAnswer for what is neither that nor declared. */
export async function answered({ route, shape }: Endpoint<Shape>, response: Response): Promise<unknown> {
  const { status } = response
  const { responses = {} } = shape
  const isUsual = status === usualStatus(shape)
  const isDeclared = isUsual || Object.hasOwn(responses, status)
  if (status >= 400 && (!isDeclared || isProblem(response))) throw refusedBy(route, response, await jsonOf(response))
  if (!isDeclared) {
    leave(response)
    throw new UnexpectedAnswer(route, status, 'is not declared')
  }
  const body = await bodyOf(route, isUsual ? shape.response : responses[status], response)
  return shape.responses === undefined ? body : { status, body }
}
