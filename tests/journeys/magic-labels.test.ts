import assert from 'node:assert/strict'
import test from 'node:test'
import { Octokit } from '@octokit/core'
import { type Answer, valuesOf } from '../harness/backend.ts'
import { type MagicGateway, narrowed, realToken, startMagic } from '../harness/magic.ts'

/** As GitHub answers, as far as Octokit looks. */
const github: Answer = ({ method, url }, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(method === 'POST' && url.endsWith('/labels') ? [{ name: 'bug' }] : { url }))
}

const issue = { owner: 'octocat', repo: 'hello', issue_number: 7 }
const labelling = { method: 'POST', path: '/repos/{owner}/{repo}/issues/{number}/labels' }

async function startGitHub(t: Parameters<typeof startMagic>[0]) {
  return startMagic(t, { answer: github, api: ['errors: { as: json, message: true }'] })
}

const quiet = () => undefined
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet }

const octokitOf = (gateway: MagicGateway, auth: string) =>
  new Octokit({ auth, baseUrl: `${gateway.url}/github`, log: silent })

const statusOf = async (call: Promise<unknown>) =>
  call.then(
    () => 200,
    (error: { status: number; message: string }) => {
      assert.match(error.message, /The token does not permit this/)
      return error.status
    },
  )

test('[M22] a token that may only label does so with Octokit; closing, commenting and deleting are 403', async t => {
  const gateway = await startGitHub(t)
  const plain = await gateway.mint({ permit: [labelling] })
  const chain = narrowed(await gateway.mint({ allowed: ['* /repos/.*'], chain: true }), { permit: [labelling] }, true)
  for (const [token, scheme] of [
    [plain, 'bearer'],
    [chain, 'token'],
  ] as const) {
    const octokit = octokitOf(gateway, token)
    const before = gateway.backend.received.length
    const labelled = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...{ ...issue, labels: ['bug'] },
    })
    assert.equal(labelled.status, 200)
    assert.deepEqual(labelled.data, [{ name: 'bug' }])
    const received = gateway.backend.received.at(-1)
    assert.equal(received?.url, '/repos/octocat/hello/issues/7/labels')
    assert.deepEqual(JSON.parse(received?.body.toString() ?? ''), { labels: ['bug'] })
    assert.deepEqual(valuesOf(received, 'authorization'), [`Bearer ${realToken}`], scheme)
    const refused = [
      octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...issue, state: 'closed' }),
      octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...issue, body: 'hi' }),
      octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', { ...issue, name: 'bug' }),
      octokit.request('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...issue, labels: [] }),
      octokit.request('GET /user'),
    ]
    assert.deepEqual(await Promise.all(refused.map(statusOf)), [403, 403, 403, 403, 403])
    assert.equal(gateway.backend.received.length, before + 1)
  }
})
