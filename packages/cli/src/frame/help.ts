import { columns } from './columns.ts'
import { type Command, commonOptions, type Options } from './command.ts'

function optionRows(options: Options): string[][] {
  return Object.entries(options).map(([name, { value, short, multiple, help }]) => {
    const flag = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
    return [`  ${flag}${multiple === true ? ' ...' : ''}`, help]
  })
}

/** The help of one command. */
export function commandHelp({ name, usage, summary, details, options, examples }: Command): string {
  const parts = [
    `usage: sallyport ${name}${usage === '' ? '' : ` ${usage}`}`,
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.${details === undefined ? '' : `\n${details}`}`,
    `options:\n${columns(optionRows({ ...options, ...commonOptions }))}`,
    `examples:\n${examples.map(([line, told]) => `  # ${told}\n  sallyport ${line}`).join('\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

/** All commands, or those of one group. */
export function overview(commands: readonly Command[], group?: string): string {
  const listed = commands.filter(({ name }) => group === undefined || name.startsWith(`${group} `))
  const rows = listed.map(({ name, summary }) => [`  ${name}`, summary])
  const what = group === undefined ? 'COMMAND' : `${group} COMMAND`
  return `usage: sallyport ${what} [OPTION]...\n\ncommands:\n${columns(rows)}\n\nsallyport COMMAND --help tells more, with examples.\n`
}
