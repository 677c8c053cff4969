import { printable } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'
import { columns } from './frame/columns.ts'
import { command } from './frame/command.ts'
import { Misuse } from './frame/failure.ts'
import { managementOptions } from './management.ts'
import { fromRemembered } from './remembered-calls.ts'

const heads = ['time', 'call', 'status', 'end', 'caller', 'ms', 'id']

function rowOf({
  time,
  method,
  path,
  status,
  outcome,
  refusal,
  user,
  application,
  credential,
  totalMs,
  id,
  findings = [],
}: CallEvent) {
  const tried = findings.filter(({ mode }) => mode === 'shadow').length
  const end = `${refusal?.code ?? outcome}${tried === 0 ? '' : `, ${tried} in shadow`}`
  const caller = user?.subject ?? application?.subject ?? credential?.kind ?? ''
  const cells = [time, `${method} ${path}`, String(status), end, caller, totalMs.toFixed(1), id]
  return cells.map(printable)
}

export const calls = command({
  name: 'calls',
  usage: '',
  summary: 'list the last calls, the newest first',
  options: {
    last: { type: 'string', value: 'N', help: 'how many, 1000 at most (20)' },
    ...managementOptions,
  },
  examples: [
    ['calls', 'the last 20 calls'],
    ['calls --last 100 --json', 'more of them, for programs'],
  ],
  async run({ values, ports }) {
    const last = values.last ?? '20'
    if (!/^(?:[1-9]\d{0,2}|1000)$/.test(last)) throw new Misuse('--last needs a whole number from 1 to 1000')
    const calls = await fromRemembered(values, ports, remembered => remembered.last(Number(last)))
    if (values.json === true) ports.stdout.write(`${JSON.stringify(calls)}\n`)
    else if (calls.length === 0) ports.stderr.write('No calls are remembered yet.\n')
    else ports.stdout.write(`${columns([heads, ...calls.map(rowOf)])}\n`)
    return 0
  },
})
