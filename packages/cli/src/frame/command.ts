import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util'
import { nearest } from '@sallyport/core'
import { Misuse } from './failure.ts'
import type { Ports } from './ports.ts'

/** What was typed so far. */
export interface Given {
  /** The last value of each option. */
  readonly options: ReadonlyMap<string, string>
  /** What stands beside them. */
  readonly words: readonly string[]
}

/** What the value of an option may be, for a shell that completes it. Whatever it can't find out it leaves out. */
export type Suggest = (given: Given, ports: Ports) => Promise<readonly string[]>

/** An option as `node:util` parses it, and as help shows it. */
export interface Option extends ParseArgsOptionDescriptor {
  /** What stands for its value in help: `NAME`, `30d`. */
  readonly value?: string
  readonly help: string
  readonly suggest?: Suggest
}
export type Options = Readonly<Record<string, Option>>

/** Options that every command has. */
export const commonOptions = {
  json: { type: 'boolean', help: 'print JSON, for programs' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
} as const satisfies Options

function parse<O extends Options>(args: readonly string[], options: O) {
  return parseArgs({
    args: [...args],
    options: { ...commonOptions, ...options },
    allowPositionals: true,
    strict: true,
  })
}

/** What a command was called with. */
export interface Invocation<O extends Options> {
  readonly values: ReturnType<typeof parse<O>>['values']
  readonly positionals: readonly string[]
  readonly ports: Ports
}

export interface Definition<O extends Options> {
  /** One word or two: `explain`, `key create`. */
  readonly name: string
  /** One line, without a full stop. */
  readonly summary: string
  /** What follows the name. */
  readonly usage: string
  /** Whether words other than options may follow it. */
  readonly takesWords?: boolean
  /** More for its help. */
  readonly details?: string
  readonly options: O
  /** Command lines after `sallyport`, each with what it does. */
  readonly examples: readonly (readonly [line: string, told: string])[]
  /** Does it. Throws Failure or Misuse; another exit status than 0 may be given. */
  run(invocation: Invocation<O>): Promise<number | undefined>
}

/** A command whose options' types nobody needs to know any more. */
export interface Command extends Omit<Definition<Options>, 'run'> {
  execute(args: readonly string[], ports: Ports): Promise<number | undefined>
}

/** What `node:util` found wrong, in our words. */
function misuse(error: unknown, options: Options): unknown {
  const known = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  if (!known) return error
  const [, name] = /^Unknown option '--?([^']+)'/.exec(error.message) ?? []
  if (name === undefined) return new Misuse(error.message.split('. ')[0] ?? error.message)
  const near = nearest(name, [...Object.keys(options), ...Object.keys(commonOptions)])
  return new Misuse(`there is no option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`)
}

/** What to say of a word too many; a configuration without its -c is the likeliest. */
function tooMany({ name, options }: Pick<Command, 'name' | 'options'>, word: string): Misuse {
  const meant = Object.hasOwn(options, 'config') ? `; did you mean -c ${word}?` : ''
  return new Misuse(`${name} takes options only, not ${word}${meant}`)
}

/** Declares a command: the types of its options reach `run`. */
export function command<O extends Options>(definition: Definition<O>): Command {
  const { run, ...told } = definition
  const parsed = (args: readonly string[]) => {
    try {
      return parse(args, definition.options)
    } catch (error) {
      throw misuse(error, definition.options)
    }
  }
  return {
    ...told,
    execute(args, ports) {
      const { values, positionals } = parsed(args)
      const [word] = positionals
      if (word !== undefined && told.takesWords !== true) throw tooMany(told, word)
      return run({ values, positionals, ports })
    },
  }
}
