import assert from 'node:assert/strict'
import test from 'node:test'
import { Octokit } from '@octokit/core'
import { github, operations } from '../harness/github.ts'
import { startMagic } from '../harness/magic.ts'

const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const repository = '/repos/{owner}/{repo}'

interface Bot {
  readonly permit: readonly object[]
  readonly allowed?: readonly string[]
  readonly may: readonly string[]
}

/** Who may do which operations, by what their token says. A tail holds what Octokit writes with %2F, decoded or not. */
const bots: Readonly<Record<string, Bot>> = {
  'only label': {
    permit: [{ method: 'POST', path: `${repository}/issues/{number}/labels` }],
    may: ['POST /repos/{owner}/{repo}/issues/{issue_number}/labels'],
  },
  'read files and refs': {
    permit: [
      { method: 'GET', path: `${repository}/contents/{path*}` },
      { method: 'GET', path: `${repository}/git/ref/{ref*}` },
    ],
    may: ['GET /repos/{owner}/{repo}/contents/{path}', 'GET /repos/{owner}/{repo}/git/ref/{ref}'],
  },
  'write below one folder': {
    // A template would have to be that of both readings of %2F.
    allowed: ['PUT /repos/[^/]+/[^/]+/contents/src(?:/|%2F).+'],
    permit: [],
    may: ['PUT /repos/{owner}/{repo}/contents/{path}'],
  },
  'open pull requests': {
    permit: [
      { method: 'POST', path: `${repository}/git/refs` },
      { method: 'POST', path: `${repository}/pulls` },
      { method: 'GET', path: '/user' },
    ],
    may: ['POST /repos/{owner}/{repo}/git/refs', 'POST /repos/{owner}/{repo}/pulls', 'GET /user'],
  },
  'do everything in the repository': {
    permit: [
      { method: '*', path: repository },
      { method: '*', path: `${repository}/{rest*}` },
    ],
    may: operations.flatMap(({ route }) => (route === 'GET /user' ? [] : [route])),
  },
}

for (const [what, { may, ...permission }] of Object.entries(bots)) {
  test(`[M22] with a token that may ${what}, Octokit does what it permits and shows why the rest is refused`, async t => {
    const gateway = await startMagic(t, { answer: github, api: ['errors: { as: json, message: true }'] })
    const octokit = new Octokit({ auth: await gateway.mint(permission), baseUrl: `${gateway.url}/github`, log })
    const done: string[] = []
    for (const { route, parameters, path, status, data } of operations) {
      const before = gateway.backend.received.length
      try {
        const answer = await octokit.request(route, parameters)
        assert.deepEqual([answer.status, answer.data], [status, data], route)
        assert.equal(gateway.backend.received.at(-1)?.url, path)
        done.push(route)
      } catch (error) {
        assert.ok(error instanceof Error && 'status' in error, String(error))
        assert.deepEqual([error.status, error.message], [403, 'The token does not permit this'], route)
        assert.equal(gateway.backend.received.length, before)
      }
    }
    assert.deepEqual(done.toSorted(), may.toSorted())
  })
}
