import { nearest } from '@sallyport/core'
import type { Command } from './command.ts'
import { Failure, Misuse } from './failure.ts'
import { commandHelp, overview } from './help.ts'
import type { Ports } from './ports.ts'

interface Found {
  readonly command: Command
  readonly args: readonly string[]
}

const asksHelp = (word: string | undefined) => word === '--help' || word === '-h' || word === 'help'

/** The command that the words begin with: two words go before one. */
function find(commands: readonly Command[], argv: readonly string[]): Found | undefined {
  for (const count of [2, 1]) {
    const name = argv.slice(0, count).join(' ')
    const found = commands.find(command => command.name === name)
    if (found !== undefined) return { command: found, args: argv.slice(count) }
  }
  return undefined
}

const groupOf = (commands: readonly Command[], word: string | undefined) =>
  commands.some(({ name }) => name.startsWith(`${word} `)) ? word : undefined

function unknown(commands: readonly Command[], argv: readonly string[]): Misuse {
  const words = argv.filter(word => !word.startsWith('-'))
  const group = groupOf(commands, words[0])
  if (group !== undefined && words.length === 1) {
    const verbs = commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.split(' ')[1])
    return new Misuse(`${group} what? ${verbs.join(', ')}`)
  }
  const asked = group === undefined ? (words[0] ?? argv[0] ?? '') : words.slice(0, 2).join(' ')
  const names = commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? name])
  const near = nearest(asked, names)
  return new Misuse(`there is no command ${asked}${near === undefined ? '' : `; did you mean ${near}?`}`)
}

/** What needs no command: help and version. Undefined where there is none of these. */
function told(commands: readonly Command[], argv: readonly string[], ports: Ports): string | undefined {
  const [first, second] = argv
  if (first === '--version') return `${ports.version}\n`
  const about = first === 'help' ? argv.slice(1) : argv
  const found = find(commands, about)
  if (found !== undefined) {
    const end = found.args.indexOf('--')
    const before = end < 0 ? found.args : found.args.slice(0, end)
    const wanted = first === 'help' || before.includes('--help') || before.includes('-h')
    return wanted ? commandHelp(found.command) : undefined
  }
  const group = groupOf(commands, about[0])
  if (group !== undefined && (first === 'help' || asksHelp(second))) return overview(commands, group)
  return asksHelp(first) && about.length <= 1 ? overview(commands) : undefined
}

function report(error: unknown, commands: readonly Command[], argv: readonly string[], ports: Ports): number {
  const message = error instanceof Error ? error.message : String(error)
  const details = error instanceof Failure ? error.details : {}
  const name = find(commands, argv)?.command.name
  const hint = `\n\`sallyport ${name === undefined ? '' : `${name} `}--help\` tells more.`
  const misused = error instanceof Misuse
  const text = argv.includes('--json')
    ? JSON.stringify({ error: { message, ...details } })
    : `sallyport: ${message}${misused ? hint : ''}`
  ports.stderr.write(`${text}\n`)
  return misused ? 2 : 1
}

/** Runs a command line and gives its exit status: 0 done, 1 refused or failed, 2 misused. */
export async function runAmong(commands: readonly Command[], argv: readonly string[], ports: Ports): Promise<number> {
  try {
    const text = told(commands, argv, ports)
    if (text !== undefined) {
      ports.stdout.write(text)
      return 0
    }
    if (argv.length === 0) {
      ports.stderr.write(overview(commands))
      return 2
    }
    const found = find(commands, argv)
    if (found === undefined) throw unknown(commands, argv)
    return (await found.command.execute(found.args, ports)) ?? 0
  } catch (error) {
    return report(error, commands, argv, ports)
  }
}
