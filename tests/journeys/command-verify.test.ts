import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { startBackend } from '../harness/backend.ts'
import { certificateFor } from '../harness/certificate.ts'
import { folderWith } from '../harness/command.ts'
import { pemKeys, template } from '../harness/dsig.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { openYaml } from '../harness/open.ts'
import { speak } from '../harness/raw.ts'
import { runCommand } from '../harness/run-command.ts'
import { signedRequest } from '../harness/signed.ts'
import { signedByXmlsec } from '../harness/xmlsec.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const lifetime: Lifetime = { after }
const page = pageAt('docs/signatures.md')
const receipt =
  '<receipt xmlns="https://shop.example.com/order"><paid Id="p1">12.50</paid><note>thanks</note></receipt>'

const backend = await startBackend(lifetime, (request, response) => {
  const isXml = request.url?.endsWith('.xml') === true
  response.setHeader('Content-Type', isXml ? 'application/xml' : 'application/json')
  response.end(isXml ? receipt : '{"id": 7, "items": [{"price": 2.5}], "note": "x"}')
})
const { cert, key } = await certificateFor('DNS:signer.example.com')

/** The page's configuration without what it asks of callers, and the whole body signed by a key of a certificate. */
const [written] = blocksOf(page).filter(({ language }) => language === 'yaml')
const shop = `sallyport: 1\ngateway: { http: 0 }\n${written?.text.replace('http://127.0.0.1:9001', backend.url)}`
  .replace(/^ {4}inspect:\n.*\n/m, '')
  .replace('${secret:shop_key}', '${file:./shop.pem}')
const gateway = await startGateway(lifetime, shop, { files: { 'shop.pem': key } })
const signing = '{ answers: { key: "${file:./own.pem}", header: X-Sig } }'
const certified = await startGateway(lifetime, openYaml({ to: backend.url, api: [`protect: { sign: ${signing} }`] }), {
  files: { 'own.pem': key },
})
const xml = '{ answers: { xpath: /o:receipt/o:paid, namespaces: { o: "https://shop.example.com/order" } } }'
const inXml = await startGateway(lifetime, openYaml({ to: backend.url, api: [`protect: { sign: ${xml} }`] }))

/** An answer as `curl -i` saves it. */
const saved = async (url: string, path: string) =>
  (await speak(url, `GET ${path} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n`)).toString('latin1')

const jwksOf = async (url: string) => (await fetch(`${url}/.well-known/jwks.json`)).text()

const cwd = await folderWith(lifetime, {
  'answer.http': await saved(gateway.url, '/shop/items/7'),
  'gateway.jwks.json': await jwksOf(gateway.url),
  'certified.http': await saved(certified.url, '/shop/items/7'),
  'cert.pem': cert,
  'receipt.http': await saved(inXml.url, '/shop/receipt.xml'),
  'xml.jwks.json': await jwksOf(inXml.url),
  'stranger.pem': pemKeys().publicPem,
})

const run = (...argv: readonly string[]) => runCommand(['verify', ...argv], { cwd, clock: gateway.clock })

const request = ['--request', 'GET https://api.example.com/shop/items/7'] as const
const ours = ['--key', 'gateway.jwks.json', ...request] as const

/** A file of the folder with something in it changed. */
async function changed(file: string, from: string | RegExp, to: string): Promise<string> {
  const text = await readFile(join(cwd, file), 'latin1')
  assert.match(text, typeof from === 'string' ? new RegExp(from.replace(/[$.*+?^()[\]{}|]/g, '\\$&')) : from)
  await writeFile(join(cwd, 'changed'), text.replace(from, to), 'latin1')
  return 'changed'
}

const checks = z.object({
  good: z.boolean(),
  checks: z.array(z.object({ kind: z.string(), good: z.boolean(), reason: z.string().optional() })),
})

/** What is bad, each with its reason; and the status. */
async function badOf(...argv: readonly string[]) {
  const { status, out, err } = await run(...argv, '--json')
  assert.equal(err, '')
  const { good, checks: found } = checks.parse(JSON.parse(out))
  assert.equal(good, status === 0)
  return {
    status,
    bad: Object.fromEntries(found.filter(({ good }) => !good).map(({ kind, reason }) => [kind, reason])),
  }
}

const fine = { status: 0, bad: {} }

test('what docs/signatures.md shows of the command is what it prints', async () => {
  const [, line = ''] = /^sallyport (verify answer.*)$/m.exec(page.text) ?? []
  const argv = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const [printed] = blocksOf(page).filter(({ language }) => language === 'text')
  const { status, out, err } = await runCommand(argv, { cwd, clock: gateway.clock })
  assert.deepEqual([status, err], [0, ''])
  assert.equal(out.replaceAll(/by [\w-]{43}/g, 'by KEY'), printed?.text)
})

test('[W24] from outside, with the certificate alone, a body is what was signed, and with one byte changed it is not', async () => {
  const options = ['--key', 'cert.pem', '--header', 'X-Sig'] as const
  assert.deepEqual(await badOf('certified.http', ...options), fine)
  const other = await changed('certified.http', '"note": "x"', '"note": "y"')
  assert.deepEqual(await badOf(other, ...options), { status: 1, bad: { jws: 'the signature is wrong' } })
})

test('[W25] from outside, a change of what is not signed leaves the signature good, of what is signed makes it bad', async () => {
  const stripped = await changed('answer.http', /^Signature(-Input)?: .*\r\n/gm, '')
  const options = ['--key', 'gateway.jwks.json'] as const
  assert.deepEqual(await badOf(stripped, ...options), fine)
  await writeFile(join(cwd, 'stripped'), await readFile(join(cwd, stripped)))
  const withoutDigest = await changed('stripped', /^Content-Digest: .*\r\n/m, '')
  await writeFile(join(cwd, 'stripped'), await readFile(join(cwd, withoutDigest)))
  assert.deepEqual(await badOf(await changed('stripped', '"note": "x"', '"note": "y"'), ...options), fine)
  const { status, bad } = await badOf(await changed('stripped', '"price": 2.5', '"price": 2.6'), ...options)
  assert.deepEqual([status, bad], [1, { jws: 'the signature is wrong' }])
})

const xmlOptions = [
  '--key',
  'xml.jwks.json',
  '--xpath',
  '/o:receipt/o:paid',
  '--namespace',
  'o=https://shop.example.com/order',
]

test('[W25] from outside, the same of XML: signed elements cannot change, others may', async () => {
  assert.deepEqual(await badOf('receipt.http', ...xmlOptions), fine)
  assert.deepEqual(await badOf('receipt.http', '--key', 'xml.jwks.json'), fine)
  assert.deepEqual(await badOf(await changed('receipt.http', 'thanks', 'bye'), ...xmlOptions), fine)
  const paid = await badOf(await changed('receipt.http', '12.50', '12.51'), ...xmlOptions)
  assert.deepEqual(paid, { status: 1, bad: { xml: 'something that is signed was changed' } })
  const moved = await changed('receipt.http', /<paid .*<\/paid>/, '<paid>1</paid><old>$&</old>')
  assert.deepEqual(await badOf(moved, ...xmlOptions), {
    status: 1,
    bad: { xml: 'something that has to be signed is not' },
  })
  const { status, out } = await run(moved, '--key', 'xml.jwks.json')
  assert.equal(status, 0, 'what has to be signed was not told')
  assert.match(out, /over \/receipt\/old\/paid\n/)
})

test('a body alone is taken, from a file or standard input, and what xmlsec1 signed too', async () => {
  const { publicPem, privatePem } = pemKeys('rsa')
  const signed = await signedByXmlsec(
    `<a><b Id="b">1</b>${template({ references: [{ uri: '#b' }], algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' })}</a>`,
    { privatePem },
    ['b'],
  )
  await writeFile(join(cwd, 'rsa.pem'), publicPem)
  const given = { cwd, clock: gateway.clock, stdin: signed }
  const { status, out } = await runCommand(['verify', '-', '--key', 'rsa.pem', '--xpath', '//b'], given)
  assert.equal(status, 0, out)
  assert.match(out, /^good {2}XML Signature \(RS256\)\n {6}over \/a\/b\n$/)
})

test('an HTTP Message Signature is of the message, its request and its time', async () => {
  const wrong = 'the signature is wrong'
  const options = ['--key', 'gateway.jwks.json'] as const
  assert.deepEqual(await badOf('answer.http', ...ours), fine)
  assert.deepEqual((await badOf('answer.http', ...options)).bad.http, 'it covers the request too, which was not told')
  const other = ['--request', 'GET https://api.example.com/shop/items/8'] as const
  assert.deepEqual((await badOf('answer.http', ...options, ...other)).bad, { http: wrong })
  assert.deepEqual((await badOf(await changed('answer.http', ' 200 ', ' 201 '), ...ours)).bad, { http: wrong })
  const body = await badOf(await changed('answer.http', '"note": "x"', '"note": "y"'), ...ours)
  assert.deepEqual(Object.keys(body.bad), ['http', 'digest'])
  const later = new Date(noon + 3_600_000).toISOString()
  assert.deepEqual((await badOf('answer.http', ...ours, '--at', later)).bad, { http: 'it has expired' })
  const stranger = await badOf('answer.http', '--key', 'stranger.pem', ...request)
  assert.deepEqual(Object.values(stranger.bad), [wrong, wrong])
})

test('a request that somebody else signed is checked as it was sent', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(join(cwd, 'client.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  const asked = {
    method: 'POST',
    url: 'https://api.example.com/shop/pay?to=a',
    headers: { 'content-type': 'text/plain' },
    body: 'ten',
  }
  const { headers, body } = await signedRequest(asked, { key: privateKey, keyid: 'c' })
  const fields = Object.entries({ ...headers, host: 'api.example.com' }).map(([name, value]) => `${name}: ${value}\n`)
  await writeFile(join(cwd, 'request.http'), `POST /shop/pay?to=a HTTP/1.1\n${fields.join('')}\n${body}`)
  assert.deepEqual(await badOf('request.http', '--key', 'client.pem', '--needs', 'http'), fine)
  const query = await changed('request.http', 'to=a', 'to=b')
  assert.deepEqual((await badOf(query, '--key', 'client.pem')).bad, { http: 'the signature is wrong' })
  await writeFile(join(cwd, 'open.http'), `POST /shop/pay?to=a HTTP/1.1\n${fields.join('')}\n${body}`)
  const partial = await signedRequest(asked, {
    key: privateKey,
    keyid: 'c',
    fields: ['@method', '@authority', '@path'],
  })
  const lines = Object.entries({ ...partial.headers, host: 'api.example.com' }).map(
    ([name, value]) => `${name}: ${value}\n`,
  )
  await writeFile(join(cwd, 'open.http'), `POST /shop/pay?to=a HTTP/1.1\n${lines.join('')}\n${body}`)
  assert.deepEqual((await badOf('open.http', '--key', 'client.pem')).bad, {
    http: 'the body is not covered (content-digest)',
  })
})

test('a message without a signature, or without the one that is needed, is not good', async () => {
  await writeFile(join(cwd, 'plain.http'), 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello')
  const { status, out } = await run('plain.http', '--key', 'cert.pem')
  assert.deepEqual([status, out], [1, 'Nothing is signed.\n'])
  const needed = await badOf('certified.http', '--key', 'cert.pem', '--header', 'X-Sig', '--needs', 'http')
  assert.deepEqual(needed, { status: 1, bad: { http: 'there is none' } })
  assert.deepEqual((await badOf('plain.http', ...xmlOptions)).bad, { xml: 'there is none' })
})

test('what cannot be read is status 1, what is asked wrongly status 2, each with what to do', async () => {
  await writeFile(join(cwd, 'folded.http'), 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n')
  for (const [argv, status, told] of [
    [['gone.http', ...ours], 1, /gone\.http cannot be read/],
    [['answer.http', '--key', 'gone.pem'], 1, /gone\.pem cannot be read/],
    [['answer.http', '--key', 'answer.http'], 1, /holds no key that can be used/],
    [['folded.http', '--key', 'cert.pem'], 1, /a line that is no field: " c"/],
    [['answer.http'], 2, /needs a --key FILE/],
    [[...ours], 2, /needs one FILE/],
    [['answer.http', 'b', ...ours], 2, /needs one FILE/],
    [['answer.http', '--key', 'cert.pem', '--request', 'GET /x'], 2, /is no request such as/],
    [['answer.http', ...ours, '--needs', 'pgp'], 2, /--needs takes http, jws, xml/],
    [['answer.http', ...ours, '--xpath', '//a[1'], 2, /needs an XPath/],
    [['answer.http', ...ours, '--xpath', '//o:a'], 2, /prefix o is not declared/],
    [['answer.http', ...ours, '--namespace', 'o'], 2, /is no namespace such as/],
    [['answer.http', ...ours, '--at', 'noon'], 2, /is no time such as/],
  ] as const) {
    const ran = await run(...argv)
    assert.deepEqual([ran.status, ran.out], [status, ''], argv.join(' '))
    assert.match(ran.err, told)
  }
})
