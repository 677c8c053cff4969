import type { Answer } from './backend.ts'

/** One operation of GitHub's, called as Octokit's users do, and what the stand-in answers to it. */
export interface Operation {
  /** Method and path template, as in GitHub's own description. */
  readonly route: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** As Octokit sends it. */
  readonly path: string
  readonly status: number
  /** Empty where there is none, as Octokit has it then. */
  readonly data: unknown
}

const sha = 'd670460b4b4aece5915caf5c68d12f560a9fe3e4'
const repository = { owner: 'octocat', repo: 'hello' }
const at = '/repos/octocat/hello'
const issue = { number: 7, state: 'closed', title: 'Found a bug', labels: [] }

const operation = (route: string, path: string, parameters: object, status: number, data: unknown): Operation => ({
  ...{ route, path, status, data },
  parameters: { ...(route.includes('{owner}') && repository), ...parameters },
})

/** The routes of a repository begin alike. */
const of = (method: string, rest: string, path: string, parameters: object, status: number, data: unknown) =>
  operation(`${method} /repos/{owner}/{repo}${rest}`, at + path, parameters, status, data)

export const operations: readonly Operation[] = [
  operation('GET /user', '/user', {}, 200, { login: 'octocat', id: 1 }),
  of('GET', '', '', {}, 200, { full_name: 'octocat/hello', private: false }),
  of('GET', '/contents/{path}', '/contents/src%2Findex.js', { path: 'src/index.js' }, 200, {
    ...{ type: 'file', encoding: 'base64', path: 'src/index.js', content: btoa('hello') },
  }),
  of('PUT', '/contents/{path}', '/contents/src%2Fnew.js', { path: 'src/new.js', message: 'm', content: '' }, 201, {
    ...{ content: { path: 'src/new.js' }, commit: { sha } },
  }),
  of('GET', '/git/ref/{ref}', '/git/ref/heads%2Fmain', { ref: 'heads/main' }, 200, {
    ...{ ref: 'refs/heads/main', object: { type: 'commit', sha } },
  }),
  of('POST', '/git/refs', '/git/refs', { ref: 'refs/heads/x', sha }, 201, { ref: 'refs/heads/x', object: { sha } }),
  of('DELETE', '/git/refs/{ref}', '/git/refs/heads%2Fx', { ref: 'heads/x' }, 204, ''),
  of('GET', '/issues', '/issues', {}, 200, [issue]),
  of('PATCH', '/issues/{issue_number}', '/issues/7', { issue_number: 7, state: 'closed' }, 200, issue),
  of('POST', '/issues/{issue_number}/labels', '/issues/7/labels', { issue_number: 7, labels: ['bug'] }, 200, [
    { name: 'bug' },
  ]),
  of(
    'DELETE',
    '/issues/{issue_number}/labels/{name}',
    '/issues/7/labels/bug',
    { issue_number: 7, name: 'bug' },
    200,
    [],
  ),
  of('POST', '/pulls', '/pulls', { title: 't', head: 'x', base: 'main' }, 201, { number: 8, state: 'open' }),
  of('PUT', '/pulls/{pull_number}/merge', '/pulls/8/merge', { pull_number: 8 }, 200, { sha, merged: true }),
]

/** Answers each of them as GitHub does, and anything else as GitHub says that there is nothing. */
export const github: Answer = ({ method, url }, response) => {
  const found = operations.find(({ route, path }) => route.startsWith(`${method} `) && path === url)
  const { status, data } = found ?? { status: 404, data: { message: 'Not Found', status: '404' } }
  response.statusCode = status
  if (data !== '') response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(data === '' ? '' : JSON.stringify(data))
}
