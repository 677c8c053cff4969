import { dataOption } from '../data-folder.ts'
import { command, type Invocation } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import type { Output } from '../frame/ports.ts'
import { Comparison } from './comparison.ts'
import { comparisonText } from './comparison-text.ts'
import type { RecordedLine } from './events.ts'

/** Broken lines that are told one by one. */
const toldMost = 10
/** Calls between two words to somebody who waits. */
const stride = 10_000

interface Broken {
  readonly line: number
  readonly message: string
}

/** Compares all calls; gives what could not be read. */
async function compared(
  lines: AsyncIterable<RecordedLine>,
  comparison: Comparison,
  waiting: Output,
): Promise<readonly Broken[]> {
  const broken: Broken[] = []
  let count = 0
  for await (const read of lines) {
    if ('broken' in read) broken.push({ line: read.line, message: read.broken })
    else
      for (const event of read.events) {
        comparison.add(event)
        if (++count % stride === 0 && waiting.isTTY === true) waiting.write(`\r${count} calls`)
      }
  }
  if (count >= stride && waiting.isTTY === true) waiting.write('\r\x1b[K')
  return broken
}

function brokenText(broken: readonly Broken[], from: string): string {
  const rest = broken.length - toldMost
  const told = broken.slice(0, toldMost).map(({ line, message }) => `${from}:${line}: ${message}\n`)
  return told.join('') + (rest > 0 ? `and ${rest} more lines that could not be read\n` : '')
}

const options = {
  events: {
    type: 'string',
    value: "FILE|'last 7d'",
    help: 'records of calls, one a line, or those of the data folder',
  },
  zone: { type: 'string', value: 'ZONE', help: 'where the clock hangs that policies of a .cedar file read (UTC)' },
  ...dataOption,
} as const

/** Both sides and the calls, as they are named. Throws Misuse. */
function namedIn({ values, positionals }: Pick<Invocation<typeof options>, 'values' | 'positionals'>) {
  // Unquoted, `last 7d` is two words.
  const isSplit = values.events === 'last' && positionals.length === 3
  const [before, after, span] = positionals
  if (before === undefined || after === undefined || positionals.length > (isSplit ? 3 : 2))
    throw new Misuse('policy diff needs two files: OLD and NEW')
  if (values.events === undefined)
    throw new Misuse("policy diff needs calls to replay: --events FILE, or --events 'last 7d'")
  return { before, after, events: isSplit ? `last ${span}` : values.events }
}

/** Replays recorded calls by other policies. */
export const policyDiff = command({
  name: 'policy diff',
  summary: 'tell which recorded calls other policies would let pass or refuse',
  usage: "OLD NEW --events FILE|'last 7d'",
  takesWords: true,
  details: `OLD and NEW are files of policies (.cedar), or configurations whose operations have policies. Each call is answered
by both, by what was recorded of it. What a policy asks for and no record holds is unknown, never unchanged. Exit
status: 0 nothing changes, 1 something flips, is unknown or could not be read, or there was no call, 2 misuse.`,
  options,
  examples: [
    [
      "policy diff office-hours.cedar new.cedar --zone Australia/Sydney --events 'last 7d'",
      'the calls of a week, by the policies of today and of tomorrow',
    ],
    [
      'policy diff old.yaml sallyport.yaml --events calls.jsonl --json',
      'two configurations and a file of records, for programs',
    ],
  ],
  async run({ values, positionals, ports }) {
    const { before, after, events } = namedIn({ values, positionals })
    const [{ policyZone }, { recordedCalls }, { readSide }] = await Promise.all([
      import('@sallyport/stages'),
      import('./events.ts'),
      import('./side.ts'),
    ])
    const zone = policyZone.safeParse(values.zone)
    if (!zone.success) throw new Misuse('--zone needs a time zone, such as Australia/Sydney')
    const lines = recordedCalls(events, values.data, ports)
    const reading = { zone: zone.data, data: values.data }
    const comparison = new Comparison(await readSide(before, reading, ports), await readSide(after, reading, ports))
    const broken = await compared(lines, comparison, ports.stderr)
    const { flips, unknown, unchanged, refusedOtherwise } = comparison
    if (values.json === true)
      ports.stdout.write(`${JSON.stringify({ flips, unknown, unchanged, refusedOtherwise, broken })}\n`)
    else {
      ports.stdout.write(comparisonText(comparison))
      ports.stderr.write(brokenText(broken, events))
    }
    const isEmpty = flips.length + unknown.length + unchanged + refusedOtherwise === 0
    if (isEmpty && values.json !== true) ports.stderr.write('no call was compared\n')
    return flips.length + unknown.length + broken.length > 0 || isEmpty ? 1 : 0
  },
})
