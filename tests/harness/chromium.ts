import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Heard } from './heard.ts'
import type { Lifetime } from './lifetime.ts'

const program = '/usr/bin/chromium-headless-shell'

/** Why there is no browser; undefined where there is one. */
export const noChromium = existsSync(program) ? undefined : 'chromium-headless-shell is not installed'

/** A page whose script runs to its end and tells what comes of it; `nonce` where a policy asks for one. */
export const pageTelling = (
  script: string,
  told: string,
  nonce = '',
) => `<!doctype html><meta charset="utf-8"><title>page</title>
<script nonce="${nonce}">
const tell = what => fetch(${JSON.stringify(told)}, { method: 'POST', mode: 'no-cors', body: JSON.stringify(what) })
const run = async () => {${script}}
run().then(tell, error => tell({ error: String(error) }))
</script>`

/** A server of pages, which hears what they tell. */
export interface Pages {
  readonly origin: string
  /** Where pages of other servers tell theirs. */
  readonly told: string
  /** A page of this server's origin, with this script. */
  page(script: string): string
  /** What is told next. */
  next(): Promise<unknown>
}

export async function startPages(t: Lifetime): Promise<Pages> {
  const scripts: string[] = []
  const waiting: ((what: unknown) => void)[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') waiting.shift()?.(JSON.parse(await text(request)))
    response.setHeader('Content-Type', 'text/html')
    response.end(pageTelling(scripts[Number(request.url?.slice(1))] ?? '', `${origin}/told`))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    origin,
    told: `${origin}/told`,
    page: script => `${origin}/${scripts.push(script) - 1}`,
    next: () => new Promise(resolve => waiting.push(resolve)),
  }
}

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
]

/** A browser with one set of cookies. */
export interface Browser {
  /** Where its developer tools are: `host:port`. */
  readonly tools: string
  /** Opens another page; the one before is left. */
  open(url: string): Promise<void>
}

/** Opens a page in a browser of its own, for the length of a test. */
export async function browse(t: Lifetime, url: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'sallyport-chromium-'))
  const child = spawn(program, [...quiet, `--user-data-dir=${profile}`, '--remote-debugging-port=0', url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, for it starts others.
    detached: true,
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
    child.stderr.destroy()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const said = new Heard(child.stderr)
  await said.said('DevTools listening on ws://')
  await said.said('/devtools/browser/')
  const [, tools = ''] = /ws:\/\/([^/]+)\//.exec(said.text) ?? []
  return {
    tools,
    async open(next) {
      await fetch(`http://${tools}/json/new?${next}`, { method: 'PUT' })
    },
  }
}
