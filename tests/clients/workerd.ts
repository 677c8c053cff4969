import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { folderWith } from '../harness/command.ts'
import { Heard } from '../harness/heard.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { bundleWorker } from '../harness/worker-bundle.ts'
import { withoutClients } from './install.ts'

const here = fileURLToPath(new URL('workers/', import.meta.url))

/** Installs the runtime of Workers, unless it is there: 160 MB. Why tests that need it are skipped; false where they aren't. */
export const withoutWorkerd = () => withoutClients(here)

const runtime = z.object({ default: z.string(), compatibilityDate: z.string() })

const listens = z.object({ event: z.literal('listen'), port: z.number() })

/** What the Worker is told, as the runtime's configuration has it: texts, and values as JSON. */
const bindingsOf = (env: Readonly<Record<string, string | object>>) =>
  Object.entries(env).map(([name, value]) => {
    const [kind, text] = typeof value === 'string' ? ['text', value] : ['json', JSON.stringify(value)]
    return `(name = "${name}", ${kind} = ${JSON.stringify(text)})`
  })

/** Starts a Worker in the runtime of Cloudflare's Workers, which may call this machine. Gives its URL. */
export async function startWorker(
  t: Lifetime,
  entry: string,
  env: Readonly<Record<string, string | object>> = {},
): Promise<string> {
  const { default: workerd, compatibilityDate } = runtime.parse(createRequire(join(here, 'package.json'))('workerd'))
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  bindings = [${bindingsOf(env).join(', ')}],
  compatibilityDate = "${compatibilityDate}",
);
`
  const folder = await folderWith(t, { 'config.capnp': config })
  await bundleWorker(join(here, entry), join(folder, 'worker.js'))
  const child = spawn(workerd, ['serve', 'config.capnp', 'config', '--control-fd=1'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  const out = new Heard(child.stdout)
  await out.said('\n')
  return `http://127.0.0.1:${listens.parse(JSON.parse(out.text.split('\n', 1)[0] ?? '')).port}`
}
