import type { Json, Reply, Site } from '@sallyport/core'
import type { ModuleNeed, SeenAnswer } from './guard-module.ts'
import { headersSeen } from './seen-call.ts'

interface Reading {
  readonly reply: Reply
  readonly json: Json | undefined
}

/** An answer as a module sees it, and what reading it came to, if the module has asked for its JSON. */
export function seenAnswer(answer: Reply, { answer: read }: Site, needs: ReadonlySet<ModuleNeed>) {
  let begun: Promise<Reading> | undefined
  const reading = (): Promise<Reading> | undefined => begun
  const { status, headers } = answer
  const seen: SeenAnswer = { status, headers: headersSeen(headers) }
  if (read === undefined || !needs.has('answer')) return { seen, reading }
  const json = async () => {
    begun ??= read(answer)
    return (await begun).json
  }
  return { seen: { ...seen, json }, reading }
}
