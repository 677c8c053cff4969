import { existsSync } from 'node:fs'
import { endpoints, printable } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'
import { lastCalls, readEvent } from '@sallyport/store/records'
import { dataFolder } from '../data-folder.ts'
import { columns } from '../frame/columns.ts'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { managementClient, managementOptions } from '../management.ts'
import { type Hits, hitsOf, type Looked } from './hits-of.ts'

const usual = 100_000
/** What a gateway that isn't here tells at once. */
const told = 1000

type Client = Awaited<ReturnType<typeof managementClient>>

interface Where {
  readonly data?: string | undefined
  readonly management?: string | undefined
}

/** Only of these it is worth to read all. */
const isJudged = (line: string) => line.includes('"policies":[{')

/** The records of a gateway on this machine are read where they stand, without its help. */
async function callsOf(values: Where, count: number, ports: Ports, client: Client): Promise<readonly CallEvent[]> {
  // What waits to be written is, when the gateway is asked.
  const asked = await client.call(endpoints.listCalls, { last: String(Math.min(count, told)) })
  const { calls } = dataFolder(values.data, ports)
  if (values.management !== undefined || count <= told || !existsSync(calls)) return asked.calls
  const lines = await lastCalls(calls, count)
  return lines
    .filter(isJudged)
    .map(readEvent)
    .filter(event => event !== undefined)
}

const heads = ['policy', 'effect', 'rule', 'api', 'decided', 'last']

const rowOf = ({ policy, effect, rule, apis, decided, last }: Hits) =>
  [policy, effect, rule, apis.join(', '), decided === 0 ? 'never' : String(decided), last ?? ''].map(printable)

function hitsText({ calls, from, to, policies }: Looked): string {
  if (policies.length === 0) return 'No policies are in force.\n'
  const never = policies.filter(({ decided }) => decided === 0).length
  const span = from === undefined ? '' : `, from ${from} to ${to}`
  const table = columns([heads, ...policies.map(rowOf)])
  return `${table}\n\n${calls} calls that policies judged${span}: ${never} of ${policies.length} policies decided none of them\n`
}

export const policyHits = command({
  name: 'policy hits',
  usage: '',
  summary: 'tell how often each policy decided in the remembered calls, and which never did',
  details:
    'Permits decide where they hold and no policy forbids, forbids where they hold. The policies are those in force in the\nrunning gateway; calls that were judged by earlier ones count where the names are the same.',
  options: {
    last: { type: 'string', value: 'N', help: `how many calls are looked at, at the most (${usual})` },
    ...managementOptions,
  },
  examples: [
    ['policy hits', 'in all calls that are remembered'],
    ['policy hits --last 1000 --json', 'in the last thousand, for programs'],
  ],
  async run({ values, ports }) {
    const last = values.last ?? String(usual)
    if (!/^[1-9]\d{0,6}$/.test(last)) throw new Misuse('--last needs a whole number from 1 to 9999999')
    const client = await managementClient(values, ports)
    const { rules } = await client.call(endpoints.listPolicies, {})
    const looked = hitsOf(rules, await callsOf(values, Number(last), ports, client))
    ports.stdout.write(values.json === true ? `${JSON.stringify(looked)}\n` : hitsText(looked))
    return 0
  },
})
