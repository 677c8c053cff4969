import { type Preset, presetNames, readPreset } from '@sallyport/config'
import { endpoints } from '@sallyport/contract'
import { Secret } from '@sallyport/core'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { readSecret } from '../frame/secret-argument.ts'
import { managementClient, managementOptions } from '../management.ts'
import { readExpiry } from '../rights.ts'
import { clientLines } from './client-lines.ts'
import { constraintOptions, constraintsIn } from './constraints.ts'
import { credentialOf, placeOptions } from './credential.ts'
import { knownOperations, unknownPermits, unknownText } from './known-operations.ts'
import { mintedText } from './minted-text.ts'
import { readPermit } from './permit-text.ts'
import { suggestApis } from './suggested.ts'

/** What is known of the API. A gateway of another version may name a preset that isn't known here. */
const presetOf = async (name: string | undefined): Promise<Preset | undefined> =>
  name !== undefined && presetNames.includes(name) ? readPreset(name) : undefined

/** What a canary carries is never sent; it is as long as a real one. */
const madeUp = ({ random }: Ports) => new Secret(Buffer.from(random(30)).toString('base64url'))

const lifeOf = (expires: string, now: number) => Math.floor((Date.parse(readExpiry(expires, now)) - now) / 1000)

export const tokenMint = command({
  name: 'token mint',
  usage: '--api NAME [--permit PERMIT]... < CREDENTIAL',
  summary: 'make a magic token: a credential, sealed, with what its bearer may do',
  details:
    'A running gateway makes it, and tells how clients are given it. The credential is read from standard input; it stands in no argument and no file of ours.',
  options: {
    api: { type: 'string', value: 'NAME', help: 'the API that it is good for', suggest: suggestApis },
    ...constraintOptions,
    expires: { type: 'string', value: '30d', help: 'how long it is good, or until when (30d)' },
    name: { type: 'string', value: 'NAME', help: 'what people call it' },
    canary: {
      type: 'boolean',
      help: 'one to be found: whoever uses it is refused and you are warned; no credential is read',
    },
    chain: { type: 'boolean', help: 'its holder can narrow it and hand that on' },
    credential: { type: 'string', value: '-|@FILE|env:NAME', help: 'where the credential is read (standard input)' },
    ...placeOptions,
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
    ["token mint --api gitlab --allow-regex 'GET /api/v4/projects/.*' --chain < token.txt", 'to hand on'],
    ["token mint --api github --canary --allow-regex '* /.*' --name deploy", 'one to leave where nobody should look'],
  ],
  async run({ values, ports }) {
    const { api, name, expires, chain = false, canary = false } = values
    if (api === undefined) throw new Misuse('needs --api NAME')
    const constraints = constraintsIn(values)
    if (constraints.allowed === undefined && constraints.permit === undefined)
      throw new Misuse('needs --permit or --allow-regex: what is permitted is written out')
    const client = await managementClient(values, ports)
    const told = await client.call(endpoints.getApi, { api })
    const preset = await presetOf(told.preset)
    const credential = canary ? madeUp(ports) : await readSecret(values.credential ?? '-', 'the credential', ports)
    const made = await client.call(endpoints.mintToken, {
      ...{ api, credential: credentialOf(values, preset, credential.reveal()), name, chain, canary },
      life: expires === undefined ? undefined : lifeOf(expires, ports.clock.now()),
      ...constraints,
    })
    const permits = (values.permit ?? []).map(readPermit)
    const use = { url: told.url, permit: permits[0] ?? readPermit(preset?.example ?? 'GET /') }
    const clients = clientLines(preset?.clients ?? {}, use)
    const known = knownOperations(told.operations, preset)
    const unknown =
      known === undefined ? [] : unknownPermits({ permit: permits, allowed: values['allow-regex'] ?? [] }, known)
    if (values.json === true) {
      const warnings = unknown.map(({ permit, nearest }) => ({ permit, ...(nearest !== undefined && { nearest }) }))
      ports.stdout.write(`${JSON.stringify({ ...made, url: told.url, clients, unknown: warnings })}\n`)
      return 0
    }
    ports.stdout.write(`${made.token}\n`)
    ports.stderr.write(unknown.map(unknownText).join('') + mintedText(made, told.url, clients))
    return 0
  },
})
