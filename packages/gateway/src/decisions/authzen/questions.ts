import { type Arrival, type HeaderList, type Json, mediaType, readJsonBytes } from '@sallyport/core'
import type { Decision } from './decide.ts'
import { evaluation, evaluations, faultsIn, type Semantic } from './shapes.ts'

const maxBytes = 256 * 1024

/** Section 10.1: a message about the request as a whole. */
export class Unfit extends Error {
  override readonly name = 'Unfit'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The body of a request. Rejects with Unfit, JsonError, or Problem `body-…`. */
export async function jsonOf(headers: HeaderList, { body }: Arrival): Promise<{ [member: string]: Json }> {
  if (mediaType(headers.get('content-type') ?? '') !== 'application/json')
    throw new Unfit(400, 'the body must be application/json')
  const value = readJsonBytes(await body.read(maxBytes), { depth: 32 })
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Unfit(400, 'the body must be an object')
}

/** Whether no further question is answered after one. */
const isLast: Readonly<Record<Semantic, (decision: boolean) => boolean>> = {
  execute_all: () => false,
  deny_on_first_deny: decision => !decision,
  permit_on_first_permit: decision => decision,
}

const members = new Set(['subject', 'action', 'resource', 'context'])

/** Answers one question. */
type Decide = (written: Json) => Promise<Decision>

/** Section 6: one question. What isn't one is an error of the whole request. */
async function one(written: Json, decide: Decide): Promise<unknown> {
  const read = evaluation.safeParse(written)
  if (!read.success) throw new Unfit(400, faultsIn(read.error))
  return decide(written)
}

/** Section 7: several questions, over the members that stand beside them. */
async function several(written: { [member: string]: Json }, decide: Decide): Promise<unknown> {
  const read = evaluations.safeParse(written)
  if (!read.success) throw new Unfit(400, faultsIn(read.error))
  const { evaluations: asked, options } = read.data
  if (asked.length === 0) return one(written, decide)
  const beside = Object.fromEntries(Object.entries(written).filter(([name]) => members.has(name)))
  const decisions: Decision[] = []
  for (const part of asked) {
    const decision = await decide({ ...beside, ...part })
    decisions.push(decision)
    if (isLast[options.evaluations_semantic](decision.decision)) break
  }
  return { evaluations: decisions }
}

/** What is asked at which path. Each rejects with Unfit where the request as a whole can't be answered. */
export const questions = { '/access/v1/evaluation': one, '/access/v1/evaluations': several } as const
export const isQuestion = (path: string): path is keyof typeof questions => Object.hasOwn(questions, path)
