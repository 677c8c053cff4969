import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { askForDocument, placeOfUrl } from './ask.ts'

/** A server that answers everything alike, for the length of a test. */
async function served(t: TestContext, answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/openapi.json`
}

test('a document is what its own place answers, as text', async t => {
  const url = await served(t, response => response.end('\ufeffopenapi: 3.1.0 # é'))
  assert.equal(await askForDocument(url), 'openapi: 3.1.0 # é')
})

const answers: readonly (readonly [what: string, answer: (response: ServerResponse) => void, why: RegExp])[] = [
  ['is not there', response => response.writeHead(404).end('openapi: 3.1.0'), /it answered 404/],
  ['leads elsewhere', response => response.writeHead(302, { Location: '/other' }).end(), /it answered 302/],
  ['wants a credential', response => response.writeHead(401).end(), /it answered 401/],
  ['is a part', response => response.writeHead(206).end('openapi: 3.1.0'), /it answered 206/],
  ['is too large', response => response.end(Buffer.alloc(9 * 2 ** 20, 32)), /more than 8388608 bytes/],
  ['is no text', response => response.end(Buffer.from([0xff, 0xfe, 0])), /encod/],
  [
    'breaks off',
    response => response.writeHead(200, { 'Content-Length': 9 }).write('open', () => response.destroy()),
    /./,
  ],
  ['never comes', () => undefined, /it did not come within 0\.1 s/],
  ['never ends', response => response.write('openapi'), /it did not come within 0\.1 s/],
]

for (const [what, answer, why] of answers) {
  test(`a document that ${what} is none`, async t => {
    await assert.rejects(askForDocument(await served(t, answer), what.startsWith('never') ? 100 : undefined), why)
  })
}

test('a document that anybody on the way could change is not asked for, nor is one by a password', async () => {
  const refused: readonly (readonly [url: string, why: RegExp])[] = [
    ['http://example.com/openapi.json', /needs https/],
    ['http://127.0.0.1.example.com/', /needs https/],
    ['http://10.0.0.1/', /needs https/],
    ['ftp://localhost/', /needs https/],
    ['https://ann:secret@example.com/', /without user, password/],
    ['https://ann@example.com/', /without user, password/],
    ['https://example.com/#part', /without user, password and fragment/],
    ['http://', /no URL/],
  ]
  for (const [url, why] of refused) await assert.rejects(askForDocument(url), why, url)
})

test('what is told of a URL holds neither a password nor a query', () => {
  assert.equal(placeOfUrl('https://ann:s@ecret@example.com/a@b?key=1#c'), 'https://example.com/a@b')
})
