import { endpoints } from '@sallyport/contract'
import { describeMagicToken } from '@sallyport/tokens'
import { command } from '../frame/command.ts'
import { managementClient, managementOptions } from '../management.ts'
import { attempt, onlyPlace, readToken } from './given.ts'

/** A jti or the id of a part: no secret, so it may stand in an argument. */
const idShape = /^[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{21})?$/

/** A token is ended by its last part, so that what it was made of stays good. */
const idOf = (token: string) => attempt(() => describeMagicToken(token)).parts.at(-1)?.id ?? ''

export const tokenRevoke = command({
  name: 'token revoke',
  usage: '-|@FILE|env:NAME|ID',
  takesWords: true,
  summary: 'end a magic token, with all that was made of it',
  details:
    'An ID is what `token mint` and `token inspect` show: a jti, or the id of a part. It holds within a second, on disk first.',
  options: managementOptions,
  examples: [
    ['token revoke - < token.txt', 'the token that leaked'],
    ['token revoke nQ0t8tT6Vf5lS1f3W3Rr9A', 'one whose id is known'],
  ],
  async run({ values, positionals, ports }) {
    const place = onlyPlace(positionals)
    const wanted = idShape.test(place) ? place : idOf(await readToken(place, ports))
    const client = await managementClient(values, ports)
    const { id } = await client.call(endpoints.revokeToken, { id: wanted })
    ports.stdout.write(values.json === true ? `${JSON.stringify({ id })}\n` : `Revoked ${id}.\n`)
    return 0
  },
})
