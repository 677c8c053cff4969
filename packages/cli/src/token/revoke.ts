import { access } from 'node:fs/promises'
import { endpoints } from '@sallyport/contract'
import { boundId, describeMagicToken } from '@sallyport/tokens'
import { dataFolder } from '../data-folder.ts'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { managementClient, managementOptions } from '../management.ts'
import { attempt, onlyPlace, readToken } from './given.ts'
import { revokeAsHolder } from './revoke-as-holder.ts'

/** A jti or the id of a part: no secret, so it may stand in an argument. */
const idShape = /^[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{21})?$/

/** A token is ended by its last part, so that what it was made of stays good. */
function idOf(token: string, asHolder: boolean): string {
  const { parts, end } = attempt(() => describeMagicToken(token))
  const id = parts.at(-1)?.id ?? ''
  return asHolder && end === 'bound to a key' ? boundId(id) : id
}

/** Whether the gateway's operator runs this: its key stands in the data folder, or an address was given to manage it at. */
async function isOperator(
  { data, management }: Parameters<typeof managementClient>[0],
  ports: Ports,
): Promise<boolean> {
  if (management !== undefined) return true
  return access(dataFolder(data, ports).operatorKey).then(
    () => true,
    () => false,
  )
}

export const tokenRevoke = command({
  name: 'token revoke',
  usage: '-|@FILE|env:NAME|ID',
  takesWords: true,
  summary: 'end a magic token, with all that was made of it',
  details:
    'An ID is what `token mint` and `token inspect` show: a jti, or the id of a part. It holds within a second, on disk first. ' +
    "Without an operator's key in --data the token itself is sent to the gateway that it names: whoever holds a token may end it.",
  options: {
    gateway: {
      type: 'string',
      value: 'URL',
      help: 'end it as its holder at this gateway, not at the one that it names',
    },
    ...managementOptions,
  },
  examples: [
    ['token revoke - < token.txt', 'the token that leaked'],
    ['token revoke nQ0t8tT6Vf5lS1f3W3Rr9A', 'one whose id is known'],
  ],
  async run({ values, positionals, ports }) {
    const place = onlyPlace(positionals)
    const token = idShape.test(place) ? undefined : await readToken(place, ports)
    if (token === undefined && values.gateway !== undefined) throw new Misuse('--gateway takes a token, not its id')
    const asHolder = token !== undefined && (values.gateway !== undefined || !(await isOperator(values, ports)))
    const id = token === undefined ? place : idOf(token, asHolder)
    if (asHolder) await revokeAsHolder(token, values.gateway)
    else await (await managementClient(values, ports)).call(endpoints.revokeToken, { id })
    ports.stdout.write(values.json === true ? `${JSON.stringify({ id })}\n` : `Revoked ${id}.\n`)
    return 0
  },
})
