import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createIssues, type Issues } from './issues.ts'
import { operations } from './operations.ts'

/** The whole key: whoever has it may do everything. */
export const realToken = 'ghp_exampleExampleExampleExampleExample1'

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

/** A JSON object; anything else is an empty one. */
async function readObject(request: IncomingMessage): Promise<{ readonly [member: string]: unknown }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Each operation with a pattern for its paths. */
const patterns = Object.entries(operations).map(([key, operation]) => {
  const [method, template = ''] = key.split(' ')
  return { method, operation, path: new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`) }
})

async function answer(request: IncomingMessage, response: ServerResponse, issues: Issues): Promise<void> {
  const { method, url = '', headers } = request
  const body = await readObject(request)
  if (headers.authorization !== `Bearer ${realToken}`) return send(response, 401, { message: 'Bad credentials' })
  const [path = ''] = url.split('?')
  const found = patterns.find(one => one.method === method && one.path.test(path))
  if (found === undefined) return send(response, 404, { message: 'Not Found' })
  const [, number = '0'] = /\/issues\/(\d+)/.exec(path) ?? []
  const last = decodeURIComponent(path.split('/').at(-1) ?? '')
  return send(response, ...found.operation({ issues, number: Number(number), last, body }))
}

/** A small stand-in for GitHub's API: one repository, octocat/hello, with two issues. */
export function gitHub(): RequestListener {
  const issues = createIssues(['The door squeaks', 'The window is stuck'])
  return (request, response) => void answer(request, response, issues)
}
