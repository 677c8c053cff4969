import { printable } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'

/** A call that ended by a fault of ours, for who reads the log; undefined of others. What an error quotes never begins a line. */
export function faultLine({ id, method, path, refusal }: CallEvent): string | undefined {
  if (refusal?.code !== 'internal') return undefined
  const [first = '', ...more] = refusal.reason.split(/\r?\n/).map(printable)
  const head = `${printable(`${method} ${path}`)} failed, call ${id}: ${first}`
  return [head, ...more.map(line => `    ${line.trim()}`)].join('\n')
}
