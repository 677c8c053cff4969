import { parseArgs } from 'node:util'
import { type Command, commonOptions, type Given, type Options } from '../frame/command.ts'
import type { Ports } from '../frame/ports.ts'

/** What may stand where the cursor is, and what it is. */
export interface Candidate {
  readonly text: string
  readonly told?: string | undefined
}

/** The first words of all commands, or the second ones of a group. */
function nextWords(commands: readonly Command[], before: readonly string[]): Candidate[] {
  const named = commands.map(({ name, summary }) => ({ words: name.split(' '), summary }))
  const next = named.filter(({ words }) => before.every((word, i) => words[i] === word) && words.length > before.length)
  const found = new Map<string, string | undefined>()
  for (const { words, summary } of next) {
    const word = words[before.length] ?? ''
    found.set(word, found.has(word) || words.length > before.length + 1 ? undefined : summary)
  }
  return [...found].map(([text, told]) => ({ text, told }))
}

function optionsOf(options: Options): Candidate[] {
  return Object.entries({ ...options, ...commonOptions }).map(([name, { help }]) => ({ text: `--${name}`, told: help }))
}

/** What can't be read yet is passed over. */
function givenIn(words: readonly string[], options: Options): Given {
  const parsed = parseArgs({ args: [...words], options: { ...options }, strict: false, allowPositionals: true })
  const last = Object.entries(parsed.values).flatMap(([name, value]) => {
    const text = [value].flat().at(-1)
    return typeof text === 'string' ? [[name, text] as const] : []
  })
  return { options: new Map(last), words: parsed.positionals }
}

/** Where bash parts what is one word: behind these no blank can have been. */
const parted = [
  { before: /^--[^=]*$/, word: /^=$/ },
  { before: /^--.*=$/s, word: /^/ },
  { before: /^@$/, word: /^/ },
  { before: /^env$/, word: /^:$/ },
  { before: /^env:$/, word: /^/ },
]

/** bash makes three words of `--api=github` and of `env:TOKEN`, two of `@FILE`. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = []
  for (const word of words) {
    const last = whole.at(-1)
    const goesOn = last !== undefined && parted.some(one => one.before.test(last) && one.word.test(word))
    if (goesOn) whole.push(`${whole.pop()}${word}`)
    else whole.push(word)
  }
  return whole
}

/** The option whose value is being typed, and what there is of it. */
function valueAt(before: readonly string[], word: string): { name: string; typed: string; prefix: string } | undefined {
  const [, inOne, typed = ''] = /^--([\w-]+)=(.*)$/s.exec(word) ?? []
  if (inOne !== undefined) return { name: inOne, typed, prefix: `--${inOne}=` }
  const [, named] = /^--([\w-]+)=?$/.exec(before.at(-1) ?? '') ?? []
  return named === undefined ? undefined : { name: named, typed: word === '=' ? '' : word, prefix: '' }
}

async function candidates(
  { options }: Command,
  before: readonly string[],
  word: string,
  ports: Ports,
): Promise<{ readonly typed: string; readonly found: readonly Candidate[] }> {
  const value = valueAt(before, word)
  const option = value !== undefined && Object.hasOwn(options, value.name) ? options[value.name] : undefined
  if (value !== undefined && option?.type === 'string') {
    const found = (await option.suggest?.(givenIn(before, options), ports)) ?? []
    return { typed: value.prefix + value.typed, found: found.map(text => ({ text: value.prefix + text })) }
  }
  return { typed: word, found: word.startsWith('-') ? optionsOf(options) : [] }
}

/**
 * What may stand in the place of the last word, which may be empty or begun. Words are as a shell has them after `sallyport`, without
 * quotes.
 */
export async function answer(
  commands: readonly Command[],
  words: readonly string[],
  ports: Ports,
): Promise<readonly Candidate[]> {
  const [before, word] = [joined(words.slice(0, -1)), words.at(-1) ?? '']
  const command = commands.find(({ name }) => name === before.slice(0, name.split(' ').length).join(' '))
  const { typed, found } =
    command === undefined
      ? { typed: word, found: nextWords(commands, before) }
      : await candidates(command, before.slice(command.name.split(' ').length), word, ports)
  return found.filter(({ text }) => text.startsWith(typed))
}
