import { command, configOption, configurationFiles, dataFolder, dataOption, Failure, type Ports } from '@sallyport/cli'
import { formatMistake, type Mistake } from '@sallyport/config'
import { nextLines } from './next-lines.ts'
import { presetApis, presetOptions } from './preset-apis.ts'
import { BadConfiguration, type RulesSources } from './rules.ts'
import type { Running } from './start.ts'

/** How long calls under way may take once the process was told to stop. */
const graceMs = 30_000

const lines = (mistakes: readonly Mistake[]) => mistakes.map(formatMistake).join('\n')

function ready({ http, https, decisions, management, operations, warnings }: Running, json: boolean): string {
  if (json) return `${JSON.stringify({ ready: true, http, https, decisions, management, operations })}\n`
  const told = warnings.map(warning => `warning: ${formatMistake(warning)}\n`).join('')
  const doors = Object.entries(decisions).map(([asker, url]) => `${url} for ${asker}`)
  const where = [http, https, ...doors].filter(url => url !== undefined).join(' and ')
  const count = operations === 1 ? '1 operation' : `${operations} operations`
  return `${told}ready: ${count} on ${where}, management on ${management}\n`
}

async function open(sources: RulesSources, data: string, ports: Ports): Promise<Running> {
  const { start } = await import('./start.ts') // no other command needs the gateway
  try {
    return await start(
      { ...sources, data, pretty: ports.stdout.isTTY === true },
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
    usage: '[-c FILE]... [--api PRESET]... [--data DIR]',
    details: 'With --api no file is needed, and none is read but what -c names; what stands in one wins.',
    options: {
      ...configOption,
      ...presetOptions,
      ...dataOption,
    },
    examples: [
      ['up', 'the gateway of ./sallyport.yaml; changes of it are taken up while it runs'],
      ['up --api github --api npm', 'GitHub and npm, for callers with magic tokens'],
      ['up --api powerdns --to http://127.0.0.1:8053', 'a server of your own'],
      ['up -c base.yaml -c prod.yaml --data /var/lib/sallyport', 'two files as one, and state elsewhere'],
    ],
    async run({ values, ports }) {
      const apis = presetApis(values.api, values.to)
      const files = apis.length > 0 && values.config === undefined ? [] : configurationFiles(values.config, ports.cwd)
      const running = await open({ files, apis }, dataFolder(values.data, ports).path, ports)
      ports.stdout.write(ready(running, values.json === true))
      if (values.json !== true) ports.stdout.write(await nextLines(apis, values.data))
      const signal = await stopped()
      ports.stderr.write(`${signal}: no more calls are taken; those under way end\n`)
      await running.close(graceMs)
      return 0
    },
  })
