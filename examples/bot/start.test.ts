import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../tests/harness/eventually.ts'
import { startExample } from '../../tests/harness/example.ts'

const { lineUnder, typed, stop } = await startExample(import.meta.dirname)

/** What the line that is printed under these words does when it is typed. */
const tried = async (words: string) => typed(lineUnder(words))

test('[M22] a token is made of the whole key that may label and nothing else, with lines to paste', async () => {
  const { stderr } = await tried('Make a token')
  assert.match(stderr, /^Good for github http:/)
  assert.match(stderr, /\n {2}Octokit\n/)
})

test('[M22] the bot labels an issue; closing it is 403, and the answer says why', async () => {
  const labelled = (await tried('The bot labels')).stdout
  assert.match(labelled, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(labelled, /\[\{"name":"bug"\}\]$/)
  const closed = (await tried('may not close')).stdout
  assert.match(closed, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.match(closed, /"message":"The token does not permit this/)
  assert.match((await tried('Why?')).stdout, /refused by \S+: not-permitted/)
})

test('[M22] what the bot hands on is less: one issue, and no other', async () => {
  await tried('hands on less')
  assert.match((await tried('may label the one')).stdout, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match((await tried('may not label another')).stdout, /^HTTP\/1\.1 403 Forbidden\r\n/)
  const list = (await tried('of all that GitHub has')).stdout
  assert.match(
    list,
    /^partly +POST \/repos\/\{owner\}\/\{repo\}\/issues\/\{issue_number\}\/labels +such as POST \/repos\/octocat\/hello\/issues\/1\/labels\ndenied /,
  )
})

test('the bot’s token is ended, and with it what was made of it', async () => {
  await tried('End the bot')
  const isOver = async () => (await tried('may label the one')).stdout.startsWith('HTTP/1.1 401 ')
  await eventually('the helper is ended', isOver)
})

test('told to stop, it stops in order', async () => {
  assert.deepEqual(await stop(), [0, null])
})
