import type { Endpoint, Shape } from '../endpoint.ts'
import { usualStatus } from '../usual-status.ts'
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

const typeOf = ({ headers }: Response) => headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()

/** JSON as it came, or nothing. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an answer comes to. Throws Refused where the call was refused, and UnexpectedAnswer for what is neither that nor declared. */
export async function answered({ route, shape }: Endpoint<Shape>, response: Response): Promise<unknown> {
  const { status } = response
  const { responses = {} } = shape
  const isUsual = status === usualStatus(shape)
  const isDeclared = isUsual || Object.hasOwn(responses, status)
  const body = await jsonOf(response)
  if (status >= 400 && (!isDeclared || typeOf(response) === 'application/problem+json'))
    throw refusedBy(route, response, body)
  if (!isDeclared) throw new UnexpectedAnswer(route, status, 'is not declared')
  const schema = isUsual ? shape.response : responses[status]
  if (schema !== undefined && body === undefined) throw new UnexpectedAnswer(route, status, 'came without JSON')
  const shown = schema === undefined ? undefined : body
  return shape.responses === undefined ? shown : { status, body: shown }
}
