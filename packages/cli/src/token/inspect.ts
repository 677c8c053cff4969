import { printable } from '@sallyport/contract'
import { type DescribedToken, describeMagicToken, judgeDry } from '@sallyport/tokens'
import { command } from '../frame/command.ts'
import { dryText, operationsAgainst } from './dry-list.ts'
import { attempt, onlyPlace, readToken } from './given.ts'

const times = new Set(['iat', 'nbf', 'exp'])
/** What serves the form alone. */
const silent = new Set(['v', 'prev', 'cnf'])

function valueText(name: string, value: unknown): string {
  const at = times.has(name) && typeof value === 'number' ? new Date(value * 1000) : undefined
  if (at !== undefined && !Number.isNaN(at.getTime())) return at.toISOString()
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

function textOf({ end, parts }: DescribedToken): string {
  const told = parts.map(({ id, claims }, i) => {
    const lines = Object.entries(claims).filter(([name]) => !silent.has(name))
    const head = i === 0 ? `token ${id}` : `narrowed by ${id}`
    return [head, ...lines.map(([name, value]) => `  ${printable(name)}: ${valueText(name, value)}`)].join('\n')
  })
  const last = {
    plain: 'It cannot be narrowed.',
    'can be narrowed': 'It can be narrowed.',
    sealed: 'It is sealed.',
    'bound to a key': 'It is bound to a key, and good only with proofs by it.',
  }[end]
  return `${told.join('\n')}\n${last} Nothing here was verified: only its gateway can.\n`
}

export const tokenInspect = command({
  name: 'token inspect',
  usage: '-|@FILE|env:NAME',
  takesWords: true,
  summary: 'show what a magic token says of itself',
  details: 'Needs no gateway. The credential in it stays sealed.',
  options: {
    against: {
      type: 'string',
      value: 'FILE|PRESET',
      help: 'list what it allows and denies of the operations of an OpenAPI document, or of a preset that lists them',
    },
  },
  examples: [
    ['token inspect - < token.txt', 'its API, what it permits, until when, and the ids that revoke it'],
    ['token inspect @token.txt --against openapi.json', 'each operation of the document: allowed, partly or denied'],
    ['token inspect env:TOKEN --against github --json', 'the same of all that GitHub has, for programs'],
  ],
  async run({ values, positionals, ports }) {
    const token = await readToken(onlyPlace(positionals), ports)
    const described = attempt(() => describeMagicToken(token))
    if (values.against === undefined) {
      ports.stdout.write(values.json === true ? `${JSON.stringify(described)}\n` : textOf(described))
      return 0
    }
    const operations = await operationsAgainst(values.against, ports)
    const judged = attempt(() => judgeDry(described, operations))
    const told =
      values.json === true ? `${JSON.stringify({ ...described, operations: judged })}\n` : dryText(described, judged)
    ports.stdout.write(told)
    return 0
  },
})
