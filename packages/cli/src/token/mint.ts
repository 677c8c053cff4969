import { endpoints, type TokenOrder } from '@sallyport/contract'
import { Secret } from '@sallyport/core'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { readSecret } from '../frame/secret-argument.ts'
import { managementClient, managementOptions } from '../management.ts'
import { readExpiry } from '../rights.ts'
import { constraintOptions, constraintsIn } from './constraints.ts'

interface Place {
  readonly header?: string | undefined
  readonly scheme?: string | undefined
  readonly query?: string | undefined
  readonly basic?: string | undefined
}

/** Where the upstream reads its credential; as Bearer unless told otherwise. */
function credentialOf({ header, scheme, query, basic }: Place, value: string): TokenOrder['credential'] {
  if ([header, query, basic].filter(place => place !== undefined).length > 1)
    throw new Misuse('--header, --query and --basic exclude each other')
  if (query !== undefined) return { kind: 'query', name: query, value }
  if (basic !== undefined) return { kind: 'basic', username: basic, password: value }
  const word = scheme ?? (header === undefined ? 'Bearer' : undefined)
  return { kind: 'header', name: header ?? 'Authorization', ...(word !== undefined && { scheme: word }), value }
}

/** What a canary carries is never sent; it is as long as a real one. */
const madeUp = ({ random }: Ports) => new Secret(Buffer.from(random(30)).toString('base64url'))

/** An id may begin with a dash, which would make it an option. */
const asWord = (id: string) => (id.startsWith('-') ? `-- ${id}` : id)

const lifeOf = (expires: string, now: number) => Math.floor((Date.parse(readExpiry(expires, now)) - now) / 1000)

export const tokenMint = command({
  name: 'token mint',
  usage: '--api NAME [--permit PERMIT]... < CREDENTIAL',
  summary: 'make a magic token: a credential, sealed, with what its bearer may do',
  details:
    'A running gateway makes it. The credential is read from standard input; it stands in no argument and no file of ours.',
  options: {
    api: { type: 'string', value: 'NAME', help: 'the API that it is good for' },
    ...constraintOptions,
    expires: { type: 'string', value: '30d', help: 'how long it is good, or until when (30d)' },
    name: { type: 'string', value: 'NAME', help: 'what people call it' },
    canary: {
      type: 'boolean',
      help: 'one to be found: whoever uses it is refused and you are warned; no credential is read',
    },
    chain: { type: 'boolean', help: 'its holder can narrow it and hand that on' },
    credential: { type: 'string', value: '-|@FILE|env:NAME', help: 'where the credential is read (standard input)' },
    header: { type: 'string', value: 'NAME', help: 'the header in which the upstream reads it (Authorization)' },
    scheme: { type: 'string', value: 'WORD', help: 'the word before it (Bearer in Authorization)' },
    query: { type: 'string', value: 'NAME', help: 'the query parameter in which the upstream reads it' },
    basic: { type: 'string', value: 'USER', help: 'the user whose password it is' },
    ...managementOptions,
  },
  examples: [
    [
      "token mint --api github --permit 'POST /repos/{owner}/{repo}/issues/{number}/labels' < token.txt",
      'may label, no more',
    ],
    [
      "token mint --api github --permit 'GET /issues?state=open&*' --rate 100/hour --expires 1d < token.txt",
      'for a day',
    ],
    [
      "token mint --api gitlab --header PRIVATE-TOKEN --allow-regex 'GET /projects/.*' --chain < token.txt",
      'to hand on',
    ],
    ["token mint --api github --canary --allow-regex '* /.*' --name deploy", 'one to leave where nobody should look'],
  ],
  async run({ values, ports }) {
    const { api, name, expires, chain = false, canary = false } = values
    if (api === undefined) throw new Misuse('needs --api NAME')
    const constraints = constraintsIn(values)
    if (constraints.allowed === undefined && constraints.permit === undefined)
      throw new Misuse('needs --permit or --allow-regex: what is permitted is written out')
    const client = await managementClient(values, ports)
    const credential = canary ? madeUp(ports) : await readSecret(values.credential ?? '-', 'the credential', ports)
    const made = await client.call(endpoints.mintToken, {
      ...{ api, credential: credentialOf(values, credential.reveal()), name, chain, canary },
      life: expires === undefined ? undefined : lifeOf(expires, ports.clock.now()),
      ...constraints,
    })
    if (values.json === true) {
      ports.stdout.write(`${JSON.stringify(made)}\n`)
      return 0
    }
    ports.stdout.write(`${made.token}\n`)
    ports.stderr.write(
      `Good for ${made.audience} until ${made.expires}. \`sallyport token revoke ${asWord(made.id)}\` ends it.\n`,
    )
    if (!made.masked)
      ports.stderr.write('The credential has less than 16 bytes: an answer that repeats it is not masked.\n')
    return 0
  },
})
