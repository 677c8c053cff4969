import { narrowMagicToken } from '@sallyport/tokens'
import { command } from '../frame/command.ts'
import { readExpiry } from '../rights.ts'
import { constraintOptions, constraintsIn } from './constraints.ts'
import { attempt, onlyPlace, readToken } from './given.ts'

const secondsOf = (expires: string, now: number) => Math.floor(Date.parse(readExpiry(expires, now)) / 1000)

export const tokenNarrow = command({
  name: 'token narrow',
  usage: '-|@FILE|env:NAME [--permit PERMIT]...',
  takesWords: true,
  summary: 'make a narrower token of one that was minted with --chain',
  details: 'Needs no gateway and no key but the token. What it permits must be permitted by the token before it too.',
  options: {
    ...constraintOptions,
    expires: { type: 'string', value: '1h', help: 'how long it is good, or until when: no later than before' },
    seal: { type: 'boolean', help: 'nobody can narrow it further' },
  },
  examples: [
    ["token narrow - --permit 'GET /user' --expires 1h --seal < token.txt", 'for an hour, one call, final'],
    ['token narrow env:TOKEN --rate 10/minute', 'the same, slower'],
  ],
  async run({ values, positionals, ports }) {
    const token = await readToken(onlyPlace(positionals), ports)
    const exp = values.expires === undefined ? undefined : secondsOf(values.expires, ports.clock.now())
    const constraints = constraintsIn(values)
    const made = attempt(() => narrowMagicToken(token, { constraints, exp, seal: values.seal === true }))
    ports.stdout.write(values.json === true ? `${JSON.stringify({ token: made })}\n` : `${made}\n`)
    return 0
  },
})
