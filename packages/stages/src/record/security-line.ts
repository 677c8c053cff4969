import { printable } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'

/** What became of a call, as who watches for attacks sees it. */
export type Verdict = 'allowed' | 'refused' | 'failed'

/** Statuses by which a handler itself refuses. */
const refusing: ReadonlySet<number> = new Set([401, 403, 429])

/** What is known of a call's end. */
interface Ended extends Pick<CallEvent, 'outcome' | 'status'> {
  readonly refusal?: object | undefined
}

/** 501 says what is not served; the other 5xx are faults. */
export function verdictOf({ outcome, refusal, status }: Ended): Verdict {
  if (outcome === 'failed' || (status >= 500 && status !== 501)) return 'failed'
  return refusal !== undefined || refusing.has(status) ? 'refused' : 'allowed'
}

const levels = { allowed: 'INFO', refused: 'WARNING', failed: 'ERROR' } as const satisfies Record<Verdict, string>

/** Characters of a value that are kept. */
const valueMax = 256
/** What can't be taken for the end of a value. */
const plain = /^[\w.@:+~/%-]+$/

/** A value on one line that ends where it seems to: quoted where it holds anything out of the ordinary. */
function shown(value: string | undefined): string {
  if (value === undefined) return '-'
  const cut = value.slice(0, valueMax)
  return plain.test(cut) ? cut : printable(JSON.stringify(cut))
}

const fieldsOf = ({ user, application, ip, status, refusal, credential, id }: CallEvent) =>
  [
    ['user', user?.subject],
    ['ip', ip],
    ['application', application?.subject],
    ['credential', credential && `${credential.kind}:${credential.id}`],
    ['status', String(status)],
    ['code', refusal?.code],
    ['stage', refusal?.stage],
    ['alert', refusal?.alert],
    ['call', id],
  ] as const

/** The members that stand in every line, also where nothing is known. */
const always: ReadonlySet<string> = new Set(['user', 'ip'])

/**
 * One call as a line of a security log: `time - name - level - message`. It holds no credential, no query, no field, no body and no
 * reason, which may quote what callers sent: the call's id leads to that.
 */
export function securityLine(event: CallEvent, name: string): string {
  const { time, method, path, refusal } = event
  const verdict = verdictOf(event)
  const level = refusal?.alert === undefined ? levels[verdict] : 'CRITICAL'
  const told = fieldsOf(event)
    .filter(([field, value]) => value !== undefined || always.has(field))
    .map(([field, value]) => `${field}=${shown(value)}`)
  return `${time} - ${shown(name)} - ${level} - ${verdict} ${shown(method)} ${shown(path)}: ${told.join(', ')}\n`
}
