import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { completionOf, commands as others } from '@sallyport/cli'
import { linesToTry as botLines } from '../../examples/bot/lines.ts'
import { linesToTry as warehouseLines } from '../../examples/warehouse/lines.ts'
import manifest from '../../package.json' with { type: 'json' }
import { sallyport } from '../harness/command.ts'
import { anchorsOf, linksOf, pageAt, pages, typedOf } from './markdown.ts'

/** Those that the front door adds. */
const added = ['up', 'test']
const commands = [...others, completionOf(others)]

const root = new URL('../../', import.meta.url)

/** Options of every command as they are written, `--scopes` and `-c`, by the command's name. */
async function optionsByCommand(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const helped = added.map(async name => {
    const { out } = await sallyport(fileURLToPath(root), [name, '--help'])
    return [name, new Set([...out.matchAll(/(?<=[ ,])--?[a-z]+(?=[ ,])/g)].map(([option]) => option))] as const
  })
  const rest = commands.map(({ name, options }) => {
    const written = Object.entries(options).flatMap(([option, { short }]) => [`--${option}`, short ? `-${short}` : ''])
    return [name, new Set([...written, '--json', '--help', '-h'])] as const
  })
  return new Map([...(await Promise.all(helped)), ...rest])
}

/** The words after `sallyport` in a line for a shell, up to a pipe, a redirection or a comment. */
function wordsAfterSallyport(line: string): string[] | undefined {
  const [, rest] = /(?:^|[\s|])sallyport ((?:'[^']*'|[^'|<>#])*)/.exec(line) ?? []
  return rest?.match(/'[^']*'|\S+/g) ?? undefined
}

/** What is wrong with a command line; undefined where nothing is. `sallyport key` alone names a group. */
function faultIn(words: readonly string[], known: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find(name => known.has(name))
  const options = words.filter(word => /^--?[a-z]/.test(word)).map(word => word.replace(/=.*/, ''))
  if (name === undefined) {
    const isGroup = words.length === 1 && [...known.keys()].some(name => name.startsWith(`${words[0]} `))
    return isGroup ? undefined : 'no such command'
  }
  return options.find(option => !known.get(name)?.has(option))
}

test('every command line in the docs uses commands and options that there are', async () => {
  const known = await optionsByCommand()
  const examples = commands.flatMap(({ examples }) => examples.map(([line]) => `sallyport ${line}`))
  const lines = [...pages.flatMap(page => typedOf(page).map(line => `${page.path}: ${line}`)), ...examples]
  const found = lines.flatMap(line => {
    const words = wordsAfterSallyport(line)
    return words === undefined ? [] : [{ line, fault: faultIn(words, known) }]
  })
  assert.ok(found.length > examples.length + 20)
  assert.deepEqual(
    found.filter(({ fault }) => fault !== undefined),
    [],
  )
})

test('every npm script in the docs is one that there is', () => {
  const named = pages.flatMap(({ text }) => [...text.matchAll(/npm (?:run (?:-s )?(\w+)|(start|test))\b/g)])
  assert.ok(named.length > 10)
  for (const [, script, usual = ''] of named) assert.ok(Object.hasOwn(manifest.scripts, script ?? usual), script)
})

test('every link within the repository leads to a file, and to a heading where one is named', () => {
  const broken = pages.flatMap(page =>
    linksOf(page)
      .filter(link => !leadsSomewhere(link))
      .map(link => `${page.path}: ${link}`),
  )
  assert.deepEqual(broken, [])
})

function leadsSomewhere(link: string): boolean {
  const [path = '', anchor] = link.split('#')
  if (!existsSync(new URL(path, root))) return false
  return anchor === undefined || anchorsOf(pageAt(path)).includes(anchor)
}

/** What README types in a section, with ids in the form in which examples print them. */
function typedIn(heading: string): string[] {
  const section =
    pageAt('README.md')
      .text.split(/^## /m)
      .find(text => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\$ (.+)$/gm)].map(([, line = '']) => line.replace(/[0-9a-f]{32}/, 'CALL-ID'))
}

const here = { url: 'http://127.0.0.1:8080', api: 'http://127.0.0.1:9001', data: undefined }

test("README's first minute types what `npm start` prints", () => {
  const file = (name: string) => `examples/warehouse/.made/${name}`
  const printed = warehouseLines({ ...here, file }).map(([, line]) => line)
  const typed = typedIn('The first minute')
  assert.ok(typed.length > 2)
  assert.deepEqual(
    typed.filter(line => !printed.includes(line)),
    [],
  )
})

test("README's second minute types what `npm run bot` prints", () => {
  const file = (name: string) => `examples/bot/.made/${name}`
  const printed = botLines({ ...here, file }).map(([, line]) => line)
  const typed = typedIn('The second minute: a bot with less than the whole key')
  assert.ok(typed.length > 4)
  assert.deepEqual(
    typed.filter(line => !printed.includes(line)),
    [],
  )
})
