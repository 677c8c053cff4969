import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { bindMagicToken, describeMagicToken, type Narrowing, narrowMagicToken, partsUsual } from '@sallyport/tokens'
import { command } from '../frame/command.ts'
import { Failure, Misuse } from '../frame/failure.ts'
import { readExpiry } from '../rights.ts'
import { constraintOptions, constraintsIn } from './constraints.ts'
import { attempt, onlyPlace, readToken } from './given.ts'
import { suggestNarrower } from './suggested.ts'

const secondsOf = (expires: string, now: number) => Math.floor(Date.parse(readExpiry(expires, now)) / 1000)

/** The key is on disk, for its owner alone, before anybody has the token. */
async function bound(token: string, narrowing: Narrowing, path: string): Promise<string> {
  const made = attempt(() => bindMagicToken(token, narrowing))
  try {
    await writeFile(path, `${JSON.stringify(made.key)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new Failure(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
  return made.token
}

export const tokenNarrow = command({
  name: 'token narrow',
  usage: '-|@FILE|env:NAME [--permit PERMIT]...',
  takesWords: true,
  summary: 'make a narrower token of one that was minted with --chain',
  details: 'Needs no gateway and no key but the token. What it permits must be permitted by the token before it too.',
  options: {
    ...constraintOptions,
    permit: { ...constraintOptions.permit, suggest: suggestNarrower },
    expires: { type: 'string', value: '1h', help: 'how long it is good, or until when: no later than before' },
    seal: { type: 'boolean', help: 'nobody can narrow it further' },
    bind: {
      type: 'string',
      value: 'FILE',
      help: 'final, and good only with DPoP proofs by a key that is written there',
    },
  },
  examples: [
    ["token narrow - --permit 'GET /user' --expires 1h --seal < token.txt", 'for an hour, one call, final'],
    ['token narrow env:TOKEN --rate 10/minute', 'the same, slower'],
    ['token narrow env:TOKEN --bind bot.jwk', 'useless to whoever finds it without the key'],
  ],
  async run({ values, positionals, ports }) {
    const token = await readToken(onlyPlace(positionals), ports)
    const exp = values.expires === undefined ? undefined : secondsOf(values.expires, ports.clock.now())
    const constraints = constraintsIn(values)
    const { bind, seal = false } = values
    if (bind !== undefined && seal) throw new Misuse('--bind and --seal exclude each other')
    const narrowing = { constraints, exp, seal }
    const made =
      bind === undefined
        ? attempt(() => narrowMagicToken(token, narrowing))
        : await bound(token, narrowing, resolve(ports.cwd, bind))
    const { parts } = describeMagicToken(made)
    if (parts.length > partsUsual)
      ports.stderr.write(
        `note: it has ${parts.length} parts; a gateway takes ${partsUsual}, unless \`tokens.parts\` of the API says more\n`,
      )
    ports.stdout.write(values.json === true ? `${JSON.stringify({ token: made })}\n` : `${made}\n`)
    return 0
  },
})
