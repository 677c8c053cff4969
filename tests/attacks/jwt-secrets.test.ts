import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfiguration } from '@sallyport/config'
import { corpora, outsideLines } from './jwt/outside.ts'

/** A configuration with one issuer a secret, and which of the secrets it was refused for. */
async function refusedOf(secrets: readonly string[]): Promise<Set<string>> {
  const issuers = Object.fromEntries(
    secrets.map((_, i) => [
      `s${i}`,
      { issuer: 'https://id.example.com', audience: 'a', keys: { secret: `\${S${i}}` } },
    ]),
  )
  const { result } = await loadConfiguration(['/sallyport.yaml'], {
    env: Object.fromEntries(secrets.map((secret, i) => [`S${i}`, secret])),
    jwks: {},
    readFile: async () => JSON.stringify({ sallyport: 1, issuers, apis: {} }),
    secret: async () => undefined,
  })
  const mistakes = 'mistakes' in result ? result.mistakes : []
  return new Set(
    mistakes.map(({ path, message }) => {
      const [, index = ''] = /^issuers\.s(\d+)\.keys\.secret$/.exec(path) ?? assert.fail(`${path}: ${message}`)
      const secret = secrets[Number(index)] ?? ''
      assert.ok(secret.length < 8 || !message.includes(secret), 'the message shows the secret')
      return secret
    }),
  )
}

const bytes = (text: string) => Buffer.byteLength(text)

/** Texts that a generator could have made: hexadecimal or base64 with figures and both kinds of letter. */
const looksDrawn = (text: string) => /^(?:[0-9a-f-]+|(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/=_]+)$/i.test(text)

test('a configuration with a secret that is known from the wild does not load, where it is short or thought up', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = outsideLines('jwt-attacks', 'jwt.secrets.list')
  const short = lines.filter((line, index) => bytes(line) < 32 && index % 50 === 0)
  assert.equal((await refusedOf(short)).size, new Set(short).size)
  const long = lines.filter(line => bytes(line) >= 32)
  const refused = await refusedOf(long)
  const invented = long.filter(line => !looksDrawn(line))
  const share = invented.filter(line => refused.has(line)).length / invented.length
  t.diagnostic(`of ${short.length} short secrets all are refused, of ${long.length} long ones ${refused.size}`)
  t.diagnostic(
    `${invented.length} long ones do not look drawn at random; of these ${Math.round(share * 100)} % are refused`,
  )
  assert.ok(share > 0.25)
})
