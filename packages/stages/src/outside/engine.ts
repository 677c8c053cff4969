import { type Json, mediaType, readJson } from '@sallyport/core'
import type { FetchedJson } from '@sallyport/tokens'
import type { z } from 'zod'
import type { Facts } from './facts.ts'

/** What an engine said in so many words. */
export interface Said {
  readonly permits: boolean
  /** Why not, for the log: words of ours alone. */
  readonly reason: string
}

/** How engines of one kind are asked and understood. */
export interface Protocol {
  /** Where an engine is asked, from what was written of it. */
  readonly at: (written: string) => string
  readonly contentType: string
  readonly question: (facts: Facts) => string
  /** Media types that an answer may have. */
  readonly answers: readonly string[]
  /** Throws Unclear for whatever is no plain permit or refusal. */
  readonly said: (answer: Json) => Said
}

/** An answer that says neither yes nor no. The message quotes nothing of it. */
export class Unclear extends Error {
  override readonly name = 'Unclear'
}

/** An answer in its shape. Throws Unclear. */
export function shaped<Shape>(shape: z.ZodType<Shape>, answer: Json): Shape {
  const read = shape.safeParse(answer)
  if (read.success) return read.data
  const at = read.error.issues.map(({ path }) => path.join('.') || 'the whole')
  throw new Unclear(`its answer is not as it has to be: ${at.join(', ')}`)
}

function jsonOf(body: string): Json {
  try {
    return readJson(body, { depth: 32 })
  } catch (error) {
    throw new Unclear(`its answer is no JSON: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

/** What an engine said. Throws Unclear for anything but a plain answer. */
export function readSaid({ status, contentType = '', body }: FetchedJson, protocol: Protocol): Said {
  if (status !== 200) throw new Unclear(`it answered ${status}`)
  const type = mediaType(contentType)
  if (!protocol.answers.includes(type)) throw new Unclear(`its answer is not ${protocol.answers.join(' or ')}`)
  return protocol.said(jsonOf(body))
}
