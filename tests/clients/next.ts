import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/build/bundle.ts'
import { ROOT } from '../../scripts/child.ts'
import { Heard } from '../harness/heard.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { withoutClients } from './install.ts'

const here = fileURLToPath(new URL('next/', import.meta.url))

/** Installs Next, unless it is there: 340 MB. Why tests that need it are skipped; false where they aren't. */
export const withoutNext = () => withoutClients(here)

/** The framework as JavaScript: what is installed is nobody's to compile. */
async function laySdk(folder: string): Promise<void> {
  await bundle({ index: 'packages/sdk/src/index.ts' }, folder)
  const manifest = { name: '@sallyport/sdk', type: 'module', exports: { '.': './index.js' } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
}

/** Starts the site beside us in Next's development server, below `/shop`. Gives its URL. */
export async function startNext(t: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(ROOT, '.made-next-'))
  const packages = join(folder, 'node_modules')
  await cp(join(here, 'site'), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await mkdir(join(packages, '@sallyport/sdk'), { recursive: true })
  await laySdk(join(packages, '@sallyport/sdk'))
  for (const name of ['next', 'react', 'react-dom'])
    await symlink(join(here, 'node_modules', name), join(packages, name))
  const command = join(here, 'node_modules/next/dist/bin/next')
  const child = spawn(process.execPath, [command, 'dev', '-H', '127.0.0.1', '-p', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    // It has processes of its own, which would go on without it.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const out = new Heard(child.stdout)
  await out.said('Ready in')
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(out.text) ?? []
  if (url === undefined) throw new Error(`Next did not say where it is: ${out.text}`)
  return `${url}/shop`
}
