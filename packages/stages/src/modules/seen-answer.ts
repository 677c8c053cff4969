import type { Reply, Site, View, WholeAnswer } from '@sallyport/core'
import type { ModuleNeed, SeenAnswer } from './guard-module.ts'
import { headersSeen } from './seen-call.ts'

/** An answer as a module sees it, and what reading it came to, if the module has asked for its JSON. */
export function seenAnswer(answer: Reply, view: View, { answer: read }: Site, needs: ReadonlySet<ModuleNeed>) {
  let begun: Promise<WholeAnswer> | undefined
  const reading = (): Promise<WholeAnswer> | undefined => begun
  const { status, headers } = answer
  const seen: SeenAnswer = { status, headers: headersSeen(headers) }
  if (read === undefined || !needs.has('answer')) return { seen, reading }
  const json = async () => {
    begun ??= read(answer, view)
    return (await begun).json
  }
  return { seen: { ...seen, json }, reading }
}
