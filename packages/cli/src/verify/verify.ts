import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { mistakeInElements, type SignatureKind, type Verdict, verifySaved } from '@sallyport/stages'
import { BadKey, fixedKeys, type KeySource, readKeys } from '@sallyport/tokens'
import { command, type Invocation } from '../frame/command.ts'
import { Failure, Misuse } from '../frame/failure.ts'
import { painter } from '../frame/paint.ts'
import type { Ports } from '../frame/ports.ts'
import { readTime } from '../rights.ts'
import { readMessage, readRequest } from './saved-message.ts'
import { verdictText } from './verdict-text.ts'

const kinds = ['http', 'jws', 'xml'] as const satisfies readonly SignatureKind[]

const options = {
  key: {
    type: 'string',
    value: 'FILE',
    multiple: true,
    help: 'whose signature it must be: a JWKS, a public key or a certificate',
  },
  needs: {
    type: 'string',
    value: 'http|jws|xml',
    multiple: true,
    help: 'what the message must bear; one of them unless told',
    suggest: async () => kinds,
  },
  request: { type: 'string', value: "'METHOD URL'", help: 'the request that the answer answers, as it was called' },
  at: { type: 'string', value: 'TIME', help: 'judge the times in it as of then (now)' },
  header: { type: 'string', value: 'NAME', help: 'the field that bears a detached JWS (JWS-Signature)' },
  xpath: { type: 'string', value: 'XPATH', multiple: true, help: 'elements of XML that must be signed, and no others' },
  namespace: { type: 'string', value: 'PREFIX=URI', multiple: true, help: 'a prefix of these XPaths' },
} as const

type Values = Invocation<typeof options>['values']

async function standardInput({ stdin }: Ports): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stdin) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

async function read(place: string, ports: Ports): Promise<Buffer> {
  if (place === '-') return standardInput(ports)
  try {
    return await readFile(resolve(ports.cwd, place))
  } catch {
    throw new Failure(`${place} cannot be read`)
  }
}

async function keysAt(place: string, ports: Ports): Promise<KeySource> {
  try {
    return fixedKeys(readKeys((await read(place, ports)).toString()))
  } catch (error) {
    if (error instanceof BadKey) throw new Failure(`${place} holds no key that can be used: ${error.message}`)
    throw error
  }
}

/** The keys of all files. */
async function keysIn({ key = [] }: Values, ports: Ports): Promise<KeySource> {
  if (key.length === 0) throw new Misuse('needs a --key FILE: whoever signed must be known from elsewhere')
  const sources = await Promise.all(key.map(place => keysAt(place, ports)))
  return {
    version: () => 1,
    find: async (kid, alg) => (await Promise.all(sources.map(source => source.find(kid, alg)))).flat(),
  }
}

function namespacesIn({ namespace = [] }: Values): Readonly<Record<string, string>> {
  const pairs = namespace.map(text => {
    const [, prefix, uri] = /^([^=]+)=(.+)$/.exec(text) ?? []
    if (prefix === undefined || uri === undefined)
      throw new Misuse(`${JSON.stringify(text)} is no namespace such as o=https://shop.example.com/order`)
    return [prefix, uri] as const
  })
  return Object.fromEntries(pairs)
}

function neededIn({ needs = [] }: Values): readonly SignatureKind[] {
  return needs.map(text => {
    const kind = kinds.find(kind => kind === text)
    if (kind === undefined) throw new Misuse(`--needs takes ${kinds.join(', ')}, not ${JSON.stringify(text)}`)
    return kind
  })
}

const missing = (needed: readonly SignatureKind[], found: readonly Verdict[]) =>
  needed
    .filter(kind => found.every(verdict => verdict.kind !== kind))
    .map(kind => ({ kind, good: false, reason: 'there is none' }) as const)

/** Something that is signed, and nothing that is bad. A digest alone proves nothing. */
const isGood = (verdicts: readonly Verdict[]) =>
  verdicts.every(({ good }) => good) && verdicts.some(({ kind }) => kind !== 'digest')

async function verdictsOf(place: string, { values, ports }: Invocation<typeof options>): Promise<readonly Verdict[]> {
  const { xpath, header = 'JWS-Signature', at } = values
  const namespaces = namespacesIn(values)
  const mistake = mistakeInElements(xpath ?? [], namespaces)
  if (mistake !== undefined) throw new Misuse(mistake)
  const needed = neededIn(values)
  const now = at === undefined ? ports.clock.now() : readTime(at)
  const request = values.request === undefined ? undefined : readRequest(values.request)
  const keys = await keysIn(values, ports)
  const message = readMessage(await read(place, ports), request)
  const found = await verifySaved(message, { keys, now, jwsHeader: header.toLowerCase(), xpath, namespaces })
  return [...found, ...missing(xpath === undefined ? needed : [...new Set([...needed, 'xml' as const])], found)]
}

export const verify = command({
  name: 'verify',
  usage: 'FILE|- --key FILE',
  takesWords: true,
  summary: "check a saved message's signatures, from outside",
  details:
    'The message is one that `curl -i` saved, or a body alone. Checked is all that it bears: HTTP Message Signature and Content-Digest,\ndetached JWS of the body or of parts of it, XML Signature. Needs no gateway. Status 0: all are good; 1: one is bad, or there is none.',
  options,
  examples: [
    [
      "verify answer.http --key gateway.jwks.json --request 'GET https://api.example.com/shop/items/7'",
      'an answer, with the request that it answers',
    ],
    [
      'verify answer.http --key gateway.pem --needs jws --at 2026-01-15T12:00:00Z',
      'one from a while ago, by a certificate',
    ],
    [
      "verify receipt.xml --key gateway.pem --xpath '/o:receipt/o:paid' --namespace o=https://shop.example.com/order",
      'that an element of XML is signed',
    ],
  ],
  async run(invocation) {
    const { values, positionals, ports } = invocation
    const [place, ...others] = positionals
    if (place === undefined || others.length > 0) throw new Misuse('needs one FILE, or - for standard input')
    const verdicts = await verdictsOf(place, invocation)
    const good = isGood(verdicts)
    const paint = painter(ports)
    const told = verdicts.map(verdict => verdictText(verdict, paint)).join('')
    const unsigned = verdicts.every(({ kind }) => kind === 'digest') ? 'Nothing is signed.\n' : ''
    ports.stdout.write(values.json === true ? `${JSON.stringify({ good, checks: verdicts })}\n` : told + unsigned)
    return good ? 0 : 1
  },
})
