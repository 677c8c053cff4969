import { command, configOption, configurationFiles, dataFolder, dataOption, Failure, type Ports } from '@sallyport/cli'
import { formatMistake, type Mistake } from '@sallyport/config'
import { BadConfiguration } from './rules.ts'
import { type Running, start } from './start.ts'

/** How long calls under way may take once the process was told to stop. */
const graceMs = 30_000

const lines = (mistakes: readonly Mistake[]) => mistakes.map(formatMistake).join('\n')

function ready({ http, https, management, operations, warnings }: Running, json: boolean): string {
  if (json) return `${JSON.stringify({ ready: true, http, https, management, operations })}\n`
  const told = warnings.map(warning => `warning: ${formatMistake(warning)}\n`).join('')
  const where = [http, https].filter(url => url !== undefined).join(' and ')
  const count = operations === 1 ? '1 operation' : `${operations} operations`
  return `${told}ready: ${count} on ${where}, management on ${management}\n`
}

async function open(files: readonly string[], data: string, ports: Ports): Promise<Running> {
  try {
    return await start(
      { files, data, pretty: ports.stdout.isTTY === true },
      {
        clock: ports.clock,
        env: ports.env,
        reloaded(mistakes, warnings) {
          if (mistakes.length > 0)
            ports.stderr.write(`${lines(mistakes)}\nthe change is not taken up; the rules before it stay\n`)
          else
            ports.stderr.write(
              `${lines(warnings)}${warnings.length > 0 ? '\n' : ''}the changed configuration is in force\n`,
            )
        },
        failed: error => ports.stderr.write(`sallyport: ${error instanceof Error ? error.message : String(error)}\n`),
      },
    )
  } catch (error) {
    if (error instanceof BadConfiguration)
      throw new Failure(`the configuration cannot be used:\n${lines(error.mistakes)}`, { mistakes: error.mistakes })
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Failure(`${error.message}: stop what listens there, or choose another port under gateway`)
    }
    throw error
  }
}

/** Starts the gateway and stays until the process is told to stop. */
export const upWith = (stopped: () => Promise<string>) =>
  command({
    name: 'up',
    summary: 'start the gateway',
    usage: '[-c FILE]... [--data DIR]',
    options: {
      ...configOption,
      ...dataOption,
    },
    examples: [
      ['up', 'the gateway of ./sallyport.yaml; changes of it are taken up while it runs'],
      ['up -c base.yaml -c prod.yaml --data /var/lib/sallyport', 'two files as one, and state elsewhere'],
    ],
    async run({ values, ports }) {
      const running = await open(
        configurationFiles(values.config, ports.cwd),
        dataFolder(values.data, ports).path,
        ports,
      )
      ports.stdout.write(ready(running, values.json === true))
      const signal = await stopped()
      ports.stderr.write(`${signal}: no more calls are taken; those under way end\n`)
      await running.close(graceMs)
      return 0
    },
  })
