import { type Finding, HeaderList, type HeaderPairs, Problem, type StageName } from '@sallyport/core'
import { bytesOf } from '../bodies/bytes-of.ts'
import { NotSeen } from './copied.ts'

/** Whose finding it is. */
export interface Whose {
  readonly stage: StageName
  readonly rule: string
}

const finding = ({ stage, rule }: Whose, code: string, reason: string): Finding => ({
  mode: 'shadow',
  ...{ stage, rule, code, reason },
})

/** What a rule that is tried would have refused with, or why it can't be said what it would have done. */
export function refusalFound(error: unknown, whose: Whose): Finding {
  if (error instanceof Problem) return finding(whose, error.code, error.reason)
  if (error instanceof NotSeen)
    return finding(whose, 'not-judged', `what it would have read is not known: ${error.message}`)
  return finding(whose, 'not-judged', `it failed: ${error instanceof Error ? error.message : String(error)}`)
}

export const lateFound = (whose: Whose, ms: number): Finding =>
  finding(whose, 'not-judged', `it had said nothing ${ms} ms after the call was over`)

/** How long a body is follows from it, and is told anew of every message that leaves. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding'])

/** Fields whose values differ, by their lower-case names. */
function changedFields(before: HeaderPairs, after: HeaderPairs): readonly string[] {
  const [was, is] = [new HeaderList(before), new HeaderList(after)]
  const names = new Set([...was.names, ...is.names])
  return [...names].filter(name => !framing.has(name) && JSON.stringify(was.all(name)) !== JSON.stringify(is.all(name)))
}

/** A message, as far as a rule may change it. */
export interface Message {
  readonly headers: HeaderPairs
  /** Undefined where it is left as it is. */
  readonly body: string | Uint8Array | undefined
}

function isSameBody(before: Message['body'], after: Message['body']): boolean {
  if (after === undefined || before === after) return true
  return before !== undefined && Buffer.compare(bytesOf(before), bytesOf(after)) === 0
}

/** That a rule would have changed a message: its fields by their names, of the body that it would be another. Undefined where it wouldn't. */
export function changeFound(
  what: 'request' | 'answer',
  before: Message,
  after: Message,
  whose: Whose,
): Finding | undefined {
  const fields = changedFields(before.headers, after.headers)
  const told = [
    ...(isSameBody(before.body, after.body) ? [] : ['another body']),
    ...(fields.length === 0 ? [] : [`other fields: ${fields.join(', ')}`]),
  ]
  return told.length === 0
    ? undefined
    : finding(whose, `${what}-changed`, `the ${what} would have ${told.join(', and ')}`)
}
