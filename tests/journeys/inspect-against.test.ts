import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { folderWith, sallyport } from '../harness/command.ts'
import { narrowed, startMagic } from '../harness/magic.ts'

const document = `
openapi: 3.1.0
info: { title: Issues, version: "1" }
paths:
  /user: { get: {} }
  /repos/{owner}/{repo}/issues: { get: {}, post: {} }
  /repos/{owner}/{repo}/issues/{number}: { patch: {} }
  /repos/{owner}/{repo}/issues/{number}/labels: { post: {} }
`
const gateway = await startMagic({ after })
const wide = await gateway.mint({ chain: true, rate: ['9/minute'], allowed: ['GET /user', '* /repos/someorg/.*'] })
const issues = { method: 'GET', path: '/repos/{owner}/{repo}/issues', query: { state: 'open' } }
const labels = { method: 'POST', path: '/repos/{owner}/{repo}/issues/{number}/labels' }
const narrow = narrowed(wide, { permit: [issues, labels, { method: 'GET', path: '/user' }] })
const folder = await folderWith({ after }, { 'openapi.yaml': document, wide, narrow })
const inspect = (token: string, ...args: string[]) =>
  sallyport(folder, ['token', 'inspect', `@${token}`, '--against', ...args])

const listed = z.object({
  operations: z.array(
    z.object({ verdict: z.string(), method: z.string(), template: z.string(), example: z.string().optional() }),
  ),
})

test('[M12] a list tells what a token allows and denies of a document, all parts of a chain together', async () => {
  const { out, status } = await inspect('narrow', 'openapi.yaml')
  assert.equal(status, 0)
  const [first, ...others] = out.split('\n')
  assert.match(first ?? '', /^allowed {2}GET \/user$/)
  assert.deepEqual(
    others.slice(0, 4).map(line => line.replace(/ +/g, ' ')),
    [
      'partly GET /repos/{owner}/{repo}/issues such as GET /repos/someorg/x/issues, if query {"state":"open"}',
      'partly POST /repos/{owner}/{repo}/issues/{number}/labels such as POST /repos/someorg/x/issues/x/labels',
      'denied POST /repos/{owner}/{repo}/issues',
      'denied PATCH /repos/{owner}/{repo}/issues/{number}',
    ],
  )
  assert.match(out, /\n1 allowed, 2 partly, 2 denied\..*rate \["9\/minute"\], until 2026-02-14T12:00:00\.000Z/)
})

test('the gateway judges as the list says', async () => {
  for (const token of ['wide', 'narrow']) {
    const { operations } = listed.parse(JSON.parse((await inspect(token, 'openapi.yaml', '--json')).out))
    assert.equal(operations.length, 5)
    for (const { verdict, method, template, example } of operations) {
      const path = example ?? template.replace(/\{\w+\}/g, 'someorg')
      const query = template.endsWith('/issues') && token === 'narrow' ? '?state=open' : ''
      const answer = await gateway.as(token === 'wide' ? wide : narrow, `/github${path}${query}`, { method })
      assert.equal(answer.status, verdict === 'denied' ? 403 : 200, `${token} ${method} ${path}`)
      gateway.clock.advance(60_000)
    }
  }
})

test('a preset that lists its operations is asked by its name; what is no document is told', async () => {
  const { out } = await inspect('wide', 'github')
  assert.match(out, /^allowed {2}GET \/user\n/)
  assert.match(out, /\npartly +GET \/repos\/\{owner\}\/\{repo\} +such as GET \/repos\/someorg\/x\n/)
  assert.match((await inspect('wide', 'npm')).err, /lists no operations/)
  assert.match((await inspect('wide', 'nowhere.json')).err, /nowhere\.json cannot be read/)
  assert.match((await inspect('wide', 'narrow')).err, /narrow cannot be used:/)
})
