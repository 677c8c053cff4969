import { formatMistake } from '@sallyport/config'
import { printable } from '@sallyport/contract'
import { configOption, configurationFiles, readConfiguration } from '../configuration-files.ts'
import { dataFolder, dataOption } from '../data-folder.ts'
import { columns } from '../frame/columns.ts'
import { command } from '../frame/command.ts'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { type TrialRow, trialRows, trialText } from '../shadow.ts'
import type { Looked, Outcome, Outcomes } from './points.ts'
import { points } from './points.ts'
import { standingOf } from './standing.ts'

interface Row extends Outcome {
  readonly number: number
  readonly point: string
}

/** All points, in the order of the checklist. */
function rowsOf(outcomes: Outcomes): readonly Row[] {
  const found = new Map<string, Outcome>(Object.entries(outcomes))
  return Object.entries(points).flatMap(([point, title], i) => {
    const outcome = found.get(point)
    return outcome === undefined ? [] : [{ number: i + 1, point: title, ...outcome }]
  })
}

async function lookAtFiles(
  named: readonly string[] | undefined,
  data: string | undefined,
  ports: Ports,
): Promise<{ readonly looked: Looked; readonly trials: readonly TrialRow[] }> {
  const { path } = dataFolder(data, ports)
  const { result, warnings } = await readConfiguration(configurationFiles(named, ports.cwd), path, ports)
  if ('mistakes' in result)
    throw new Failure(`nothing can be looked at before it loads:\n${result.mistakes.map(formatMistake).join('\n')}`)
  const { lookAtConfiguration } = await import('./configuration.ts')
  const looked = await lookAtConfiguration(result, warnings, path)
  return { looked, trials: await trialRows(result, ports.clock.now()) }
}

const count = (rows: readonly Row[], wanted: Outcome['verdict']) =>
  rows.filter(({ verdict }) => verdict === wanted).length

function textOf(rows: readonly Row[]): string {
  const table = columns(
    rows.map(({ number, point, verdict, because }) => [String(number), point, verdict, printable(because)]),
  )
  const lines = table.split('\n').flatMap((line, i) => {
    const mend = rows[i]?.mend
    return mend === undefined ? [line] : [line, `      to mend: ${printable(mend)}`]
  })
  const sum = `${count(rows, 'passed')} passed, ${count(rows, 'failed')} failed, ${count(rows, 'not checked')} not checked`
  return `${[...lines, '', sum].join('\n')}\n`
}

const overdueText = (trials: readonly TrialRow[]) =>
  trials
    .filter(({ overdue }) => overdue)
    .map(({ stage, rule }) => `overdue: ${stage} ${printable(rule)}: enforce it, take it away, or set another until\n`)
    .join('')

/** Runs the checklist against what is there. */
export const doctor = command({
  name: 'doctor',
  summary: 'run the security checklist, line by line, with how to mend what failed',
  usage: '[-c FILE]... | --openapi URL',
  details: `Looks at a configuration, or at the OpenAPI document that an application answers at a URL. What it could not look
at is "not checked", never "passed". Rules in shadow count for nothing, and are listed. Exit status: 0 nothing failed, 1 something
failed, could not be read, or is in shadow beyond its date, 2 misuse.`,
  options: {
    ...configOption,
    openapi: { type: 'string', value: 'URL', help: 'look at the OpenAPI document (JSON) that is answered there' },
    audit: { type: 'string', value: 'FILE', help: 'what `npm audit --json` said; - for standard input' },
    plan: { type: 'string', value: 'FILE', help: 'the plan for incidents' },
    ...dataOption,
  },
  examples: [
    ['doctor', 'the 15 points for ./sallyport.yaml'],
    ['doctor -c base.yaml -c prod.yaml --plan incidents.md', 'two files as one, and the plan for incidents'],
    ['doctor --audit audit.json --json', 'for programs, with what `npm audit --json` said'],
    ['doctor --openapi https://api.example.com/openapi.json', 'a running application'],
  ],
  async run({ values, ports }) {
    const { openapi, config, data, audit, plan } = values
    if (openapi !== undefined && config !== undefined)
      throw new Misuse('doctor looks at -c or at --openapi, not at both')
    const { looked, trials } =
      openapi === undefined
        ? await lookAtFiles(config, data, ports)
        : { looked: await (await import('./document.ts')).lookAtDocument(openapi), trials: [] }
    const rows = rowsOf({ ...looked, ...(await standingOf({ audit, plan }, ports)) })
    const told = trialText(trials) + overdueText(trials)
    ports.stdout.write(
      values.json === true ? `${JSON.stringify({ points: rows, shadow: trials })}\n` : textOf(rows) + told,
    )
    return count(rows, 'failed') > 0 || trials.some(({ overdue }) => overdue) ? 1 : 0
  },
})
