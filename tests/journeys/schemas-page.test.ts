import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const blocks = blocksOf(pageAt('docs/schemas.md'))

/** The page's files, named by the comment that they begin with. */
const files = Object.fromEntries(
  blocks.flatMap(({ text }) => {
    const [, name] = /^(?:#|<!--) (\S+\.(?:yaml|xsd))/.exec(text) ?? []
    return name === undefined ? [] : [[name, text]]
  }),
)

/** The page's example that names a file. */
function exampleWith(file: string): string {
  const found = blocks.find(({ text }) => text.startsWith('apis:') && text.includes(`./${file}`))
  if (found === undefined) throw new Error(`the page has no example with ${file}`)
  return found.text
}

async function stand(t: TestContext, file: string, answer?: Answer) {
  const backend = await startBackend(t, answer)
  const example = exampleWith(file).replaceAll('http://127.0.0.1:9001', backend.url)
  const gateway = await startGateway(t, `sallyport: 1\ngateway: { http: 0 }\n${example}`, { files })
  return { backend, gateway }
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': type },
})

test('the example of body refuses what the page says, in the words of the page', async t => {
  const { backend, gateway } = await stand(t, 'user.schema.yaml')
  const response = await gateway.call('/shop/users', post('{"email":"a@b","password":"abcdefg1!"}'))
  const shown = JSON.parse(blocks.find(({ language }) => language === 'json')?.text ?? '')
  assert.deepEqual({ ...(await problemOf(response)), callId: shown.callId }, shown)
  assert.equal(backend.received.length, 0)
  assert.equal((await gateway.call('/shop/users', post('{"name":"Ann"}'))).status, 200)
})

test('the example of document judges as the page says', async t => {
  const answers: Answer = ({ url }, response) => {
    const status = url === '/users/500' ? 500 : 200
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ id: 1, name: 'Ann', ...(url === '/users/2' && { password: 'hunter2' }) }))
  }
  const { gateway } = await stand(t, 'shop.openapi.yaml', answers)
  const statusOf = async (path: string) => (await gateway.call(path)).status
  assert.equal(await statusOf('/shop/users/1?brief=true'), 200)
  assert.equal(await statusOf('/shop/users/2'), 502)
  assert.equal(await statusOf('/shop/users/500'), 502)
  for (const [path, place] of [
    ['/shop/users/abc', 'path.id'],
    ['/shop/users/1?brief=maybe', 'query.brief'],
  ] as const) {
    const { errors } = await problemOf(await gateway.call(path))
    assert.deepEqual(Object.keys(errors ?? {}), [place])
  }
})

test('the example of xml takes what its schema describes, and lets XML leave', async t => {
  const { gateway } = await stand(t, 'items.xsd', (_, response) => {
    response.setHeader('Content-Type', 'text/xml').end('<ok/>')
  })
  const items = (inner: string) => post(`<items><item>${inner}</item></items>`, 'application/xml')
  assert.equal((await gateway.call('/shop/items', items('<id>a</id><count>1</count>'))).status, 200)
  assert.equal((await gateway.call('/shop/items', items('<id>a</id>'))).status, 400)
})
