import { createPrivateKey, type KeyObject } from 'node:crypto'
import { makeProof, provable } from '@sallyport/tokens'
import { command } from '../frame/command.ts'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { readSecret } from '../frame/secret-argument.ts'
import { attempt, onlyPlace, readToken } from './given.ts'

async function readKey(place: string, ports: Ports): Promise<KeyObject> {
  const text = await readSecret(place, 'the key', ports)
  try {
    return createPrivateKey({ key: JSON.parse(text.reveal()), format: 'jwk' })
  } catch {
    throw new Failure('the key is no private JWK, as `token narrow --bind` writes it')
  }
}

/** What a proof names: no query and no fragment (RFC 9449 section 4.2). */
function plainUrl(text: string | undefined): string {
  const url = text === undefined ? null : URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Misuse('needs --url URL: what is called, as its callers see it')
  return url.origin + url.pathname
}

export const tokenProve = command({
  name: 'token prove',
  usage: '-|@FILE|env:NAME --url URL',
  takesWords: true,
  summary: 'make the header fields of one call with a token that is bound to a key',
  details:
    'Prints Authorization and DPoP (RFC 9449), good once and for a minute. A chain that can be narrowed goes out as one\nthat is bound to its last key, so that the key stays here. Needs no gateway.',
  options: {
    url: { type: 'string', value: 'URL', help: 'what is called' },
    method: { type: 'string', value: 'METHOD', help: 'by which method (GET)' },
    key: { type: 'string', value: '-|@FILE|env:NAME', help: 'the key, where the token does not hold it' },
  },
  examples: [
    [
      'token prove @bound.txt --key @bot.jwk --url http://127.0.0.1:8080/github/user | curl -H @- http://127.0.0.1:8080/github/user',
      'a call by curl, which reads the fields',
    ],
    ['token prove - --method POST --url https://api.example.com/github/gists < chain.txt', 'with the key of the chain'],
  ],
  async run({ values, positionals, ports }) {
    const { method = 'GET', key } = values
    const url = plainUrl(values.url)
    const given = await readToken(onlyPlace(positionals), ports)
    const own = key === undefined ? undefined : await readKey(key, ports)
    const { token, signer } = attempt(() => provable(given, own))
    const proof = makeProof(signer, { method, url, token }, { now: ports.clock.now(), random: ports.random })
    const fields = { Authorization: `DPoP ${token}`, DPoP: proof }
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
    ports.stdout.write(values.json === true ? `${JSON.stringify(fields)}\n` : lines.join(''))
    return 0
  },
})
