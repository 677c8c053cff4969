import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Answer, Received } from './backend.ts'
import { folderWith } from './command.ts'
import type { Lifetime } from './lifetime.ts'

const run = promisify(execFile)

/** Git as it is for nobody in particular: no configuration of the machine's or its user's. */
const bare = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
}
const someone = ['GIT_AUTHOR', 'GIT_COMMITTER'].flatMap(who => [
  [`${who}_NAME`, 'Ada'],
  [`${who}_EMAIL`, 'ada@example.com'],
])

/** Runs git in a folder, to its end; rejects with what it said where it fails. */
export const git = (cwd: string, ...args: readonly string[]) =>
  run('git', args, { cwd, env: { ...bare, ...Object.fromEntries(someone), HOME: cwd } })

/** A folder with the bare repository `o/r.git`, which holds one commit with the file `read.me`, on `main`. */
export async function repositories(t: Lifetime): Promise<string> {
  const [root, work] = [await folderWith(t), await folderWith(t, { 'read.me': 'hello\n' })]
  await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', 'o/r.git')
  await git(root, '-C', 'o/r.git', 'config', 'http.receivepack', 'true')
  await git(work, 'init', '--quiet', '--initial-branch=main')
  await git(work, 'add', '.')
  await git(work, 'commit', '--quiet', '--message=first')
  await git(work, 'push', '--quiet', join(root, 'o/r.git'), 'main')
  return root
}

/** What CGI hands on (RFC 3875 section 4.1), as far as git looks. */
function variables(root: string, { method, url, headers, body }: Received): Record<string, string> {
  const { pathname, search } = new URL(url, 'http://localhost')
  const field = (wanted: string) => headers.find(([name]) => name === wanted)?.[1] ?? ''
  return {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REMOTE_USER: 'ada',
    REQUEST_METHOD: method,
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    CONTENT_TYPE: field('content-type'),
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: field('content-encoding'),
    GIT_PROTOCOL: field('git-protocol'),
  }
}

/** Git's own server over HTTP, `git http-backend`, behind a small bridge from HTTP to CGI. */
export const gitServer =
  (root: string): Answer =>
  async (request, response) => {
    const cgi = spawn('git', ['http-backend'], { env: { ...bare, HOME: root, ...variables(root, request) } })
    const chunks: Buffer[] = []
    cgi.stdout.on('data', chunk => chunks.push(chunk))
    cgi.stdin.end(request.body)
    await once(cgi, 'close')
    const said = Buffer.concat(chunks)
    const end = said.indexOf('\r\n\r\n')
    for (const line of said.subarray(0, end).toString('latin1').split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s)
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.end(said.subarray(end + 4))
  }
