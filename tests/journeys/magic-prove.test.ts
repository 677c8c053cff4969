import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { bindMagicToken } from '@sallyport/tokens'
import { folderWith } from '../harness/command.ts'
import { type MagicGateway, magicUrl, narrowed, startMagic } from '../harness/magic.ts'
import { runCommand } from '../harness/run-command.ts'

const url = `${magicUrl}/github/user`

/** Runs the command by the gateway's clock, in a folder with these files, the token on its standard input. */
async function prover(t: TestContext, { clock }: MagicGateway, files: Readonly<Record<string, string>> = {}) {
  const cwd = await folderWith(t, files)
  return (token: string, ...args: readonly string[]) =>
    runCommand(['token', 'prove', '-', ...args], { cwd, clock, stdin: token })
}

/** The fields of a call, as curl reads them from the lines that were printed. */
function fieldsIn(out: string): Headers {
  const lines = out.split('\n').filter(line => line !== '')
  return new Headers(lines.map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]))
}

test('what the command prints proves one call with the key that the token is bound to', async t => {
  const gateway = await startMagic(t)
  const bound = bindMagicToken(await gateway.mint({ allowed: ['* /user'], chain: true }), { constraints: {} })
  const prove = await prover(t, gateway, { 'bot.jwk': JSON.stringify(bound.key) })
  const { status, out, err } = await prove(bound.token, '--key', '@bot.jwk', '--url', `${url}?page=1`)
  assert.equal(status, 0, err)
  const headers = fieldsIn(out)
  assert.equal(headers.get('authorization'), `DPoP ${bound.token}`)
  assert.equal((await gateway.call('/github/user', { headers, method: 'POST' })).status, 401)
  assert.equal((await gateway.call('/github/user', { headers })).status, 200)
  assert.equal((await gateway.call('/github/user', { headers })).status, 401)
  const posted = await prove(bound.token, '--key', '@bot.jwk', '--url', url, '--method', 'POST')
  const post = { headers: fieldsIn(posted.out), method: 'POST' }
  assert.equal((await gateway.call('/github/user', post)).status, 200)
})

test('a chain that ends with its key goes out without it, for programs too', async t => {
  const gateway = await startMagic(t)
  const minted = await gateway.mint({ allowed: ['GET /user'], chain: true })
  for (const token of [minted, narrowed(minted, {})]) {
    const prove = await prover(t, gateway)
    const { status, out, err } = await prove(token, '--url', url, '--json')
    assert.equal(status, 0, err)
    const key = token.slice(token.lastIndexOf('~') + 2)
    assert.ok(!out.includes(key))
    assert.equal((await gateway.call('/github/user', { headers: JSON.parse(out) })).status, 200)
  }
})

test('where there is nothing to prove, or nothing to prove it with, the command says why', async t => {
  const gateway = await startMagic(t)
  const chain = await gateway.mint({ allowed: ['GET /user'], chain: true })
  const [bound, other] = [bindMagicToken(chain, { constraints: {} }), bindMagicToken(chain, { constraints: {} })]
  const prove = await prover(t, gateway, { other: JSON.stringify(other.key), public: '{"kty":"EC"}' })
  const plain = await gateway.mint({ allowed: ['GET /user'] })
  const told: readonly (readonly [words: RegExp, token: string, ...args: string[]])[] = [
    [/it is a plain token, and has no key/, plain, '--url', url],
    [/it is bound to no key/, narrowed(chain, {}, true), '--url', url],
    [/bound to a key that is not in it/, bound.token, '--url', url],
    [/bound to another key than this one/, bound.token, '--url', url, '--key', '@other'],
    [/the key is no private JWK/, bound.token, '--url', url, '--key', '@public'],
    [/ends with its key, and needs no other/, chain, '--url', url, '--key', '@other'],
    [/needs --url URL/, chain],
    [/needs --url URL/, chain, '--url', '/user'],
  ]
  for (const [words, token, ...args] of told) {
    const { status, out, err } = await prove(token, ...args)
    assert.ok(status > 0)
    assert.equal(out, '')
    assert.match(err, words)
  }
})
