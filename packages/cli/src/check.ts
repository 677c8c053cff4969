import {
  configurationSchema,
  formatMistake,
  jsonSchemaOf,
  type Mistake,
  overdueTrials,
  printTree,
  secretsOf,
} from '@sallyport/config'
import type { Api, Operation, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import { configOption, configurationFiles, readConfiguration } from './configuration-files.ts'
import { dataFolder, dataOption } from './data-folder.ts'
import { columns } from './frame/columns.ts'
import { command } from './frame/command.ts'
import type { Ports } from './frame/ports.ts'
import { trialRows, trialText } from './shadow.ts'

type R = Rule<StagePorts, unknown>

/** One operation as the table shows it: who may call it, and why. */
interface Row {
  readonly operation: string
  readonly who: string
  readonly needs: string
  readonly limits: string
  /** Inherited rules that do not hold here. */
  readonly without: readonly string[]
  readonly to: string
}

const why = ({ label, from }: R) => (from === 'operation' ? label : `${label} (${from})`)
const listed = (rules: readonly R[]) => (rules.length === 0 ? 'none' : rules.map(why).join('; '))

function target({ destination }: Operation<StagePorts>): string {
  return 'upstream' in destination ? destination.upstream.origin + destination.upstream.base : 'the gateway itself'
}

function rowOf(api: Api<StagePorts>, operation: Operation<StagePorts>, who: string): Row {
  const [method = '', ...rest] = operation.id.split(' ')
  return {
    operation: `${method} ${api.path}${rest.join(' ')}`,
    who,
    needs: listed([...operation.admit, ...operation.authorize]),
    limits: listed([...operation.admitLimit, ...operation.limit]),
    without: operation.without,
    to: target(operation),
  }
}

async function rowsOf(apis: readonly Api<StagePorts>[]): Promise<Row[]> {
  const { identifyLabel } = await import('@sallyport/stages') // what was compiled has loaded it; help needs none
  return apis.flatMap(api => api.operations.map(operation => rowOf(api, operation, identifyLabel(operation.identify))))
}

/** `without` has a column where anything was taken away. */
function tableOf(rows: readonly Row[]): string {
  const takesAway = rows.some(({ without }) => without.length > 0)
  const lines = rows.map(({ operation, who, needs, limits, without, to }) => {
    const away = takesAway ? [without.join(', ')] : []
    return [operation, who, needs, limits, ...away, to]
  })
  return columns([['OPERATION', 'WHO', 'NEEDS', 'LIMITS', ...(takesAway ? ['WITHOUT'] : []), 'GOES TO'], ...lines])
}

function report(mistakes: readonly Mistake[], json: boolean, ports: Ports): number {
  if (json) ports.stdout.write(`${JSON.stringify({ mistakes })}\n`)
  else
    ports.stderr.write(
      `${mistakes.map(formatMistake).join('\n')}\n${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}\n`,
    )
  return 1
}

/** Reads a configuration as `up` would, and tells what it comes to. */
export const check = command({
  name: 'check',
  summary: 'check a configuration and print who may call what, and why',
  usage: '[-c FILE]... [--print | --schema]',
  options: {
    ...configOption,
    print: { type: 'boolean', help: 'print the configuration with the origin of every value' },
    schema: { type: 'boolean', help: 'print the JSON Schema of sallyport.yaml, from which editors complete it' },
    ...dataOption,
  },
  examples: [
    ['check', 'the operations of ./sallyport.yaml, and what is risky about them'],
    ['check -c base.yaml -c prod.yaml --print', 'two files as one, and where each value came from'],
    ['check --json', 'the same for programs'],
    [
      'check --schema > sallyport.schema.json',
      'for a first line: # yaml-language-server: $schema=./sallyport.schema.json',
    ],
  ],
  async run({ values, ports }) {
    if (values.schema === true) {
      ports.stdout.write(`${JSON.stringify(jsonSchemaOf(await configurationSchema()), null, 2)}\n`)
      return 0
    }
    const files = configurationFiles(values.config, ports.cwd)
    const { result, warnings } = await readConfiguration(files, dataFolder(values.data, ports).path, ports)
    if ('mistakes' in result) return report(result.mistakes, values.json === true, ports)
    if (values.print === true) {
      ports.stdout.write(printTree(result.tree, secretsOf(await configurationSchema())))
      return 0
    }
    const apis = result.snapshot.apis.filter(({ name }) => name !== 'well-known')
    const rows = await rowsOf(apis)
    const now = ports.clock.now()
    const trials = await trialRows(result, now)
    const overdue = await overdueTrials(result, now)
    const status = overdue.length === 0 ? 0 : 1
    if (values.json === true) {
      const { hash } = result.snapshot
      ports.stdout.write(`${JSON.stringify({ snapshot: hash, operations: rows, shadow: trials, warnings })}\n`)
      return status
    }
    ports.stdout.write(`${tableOf(rows)}\n${trialText(trials)}`)
    for (const warning of warnings) ports.stdout.write(`warning: ${formatMistake(warning)}\n`)
    for (const late of overdue) ports.stderr.write(`${formatMistake(late)}\n`)
    return status
  },
})
