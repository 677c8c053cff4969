import { styleText } from 'node:util'
import { printable } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'
import { outcomeStyles } from '@sallyport/stages'

type Style = Parameters<typeof styleText>[0]

const styled = (style: Style, text: string) => styleText(style, text, { validateStream: false })
const timeOf = (iso: string) => styled('dim', iso.slice(11, 19))

function callerOf({ user, application, credential }: CallEvent): string {
  const names = [user?.subject, application?.subject].filter(name => name !== undefined)
  return names.length > 0 ? names.join(' with ') : (credential?.kind ?? '')
}

/** One call as one line for a terminal: when, what, how it ended, who, how long, and the id to explain it by. */
export function prettyCall(event: CallEvent): string {
  const end = event.refusal?.code ?? event.outcome
  const told = end === 'answered' ? String(event.status) : `${event.status} ${end}`
  const words = [
    timeOf(event.time),
    printable(`${event.method} ${event.path}`),
    styled(outcomeStyles[event.outcome], told),
    printable(callerOf(event)),
    styled('dim', `${event.totalMs.toFixed(1)} ms ${event.id}`),
  ]
  return `${words.filter(word => word !== '').join('  ')}\n`
}

const levels = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warning'],
  [50, 'error'],
  [60, 'fatal'],
])

/** One of the gateway's own messages, a line of JSON as pino wrote it, for a terminal. */
export function prettyMessage(line: string): string {
  const { level, time, msg, ...more }: Record<string, unknown> = JSON.parse(line)
  const name = levels.get(Number(level)) ?? String(level)
  const told = Number(level) > 30 ? styled(Number(level) > 40 ? 'red' : 'yellow', name) : name
  const rest = Object.entries(more).map(([key, value]) => styled('dim', printable(`${key}=${JSON.stringify(value)}`)))
  return `${[timeOf(String(time)), told, printable(String(msg ?? '')), ...rest].join('  ')}\n`
}
