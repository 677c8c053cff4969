import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../child.ts'

type Lock = { packages: Record<string, { version?: string }> }

/** What of the checkout's package.json the published one keeps. */
const KEPT = ['name', 'version', 'description', 'keywords', 'license', 'type', 'engines', 'bin'] as const

type Manifest = Partial<Record<(typeof KEPT)[number], unknown>> & { dependencies: Record<string, string> }

/** The package.json of the published command: its dependencies are these npm packages, at the lock file's versions. */
export async function publishedManifest(dependencies: readonly string[]): Promise<Manifest> {
  const own: Record<string, unknown> = await readJson('packages/sallyport/package.json')
  const lock: Lock = await readJson('package-lock.json')
  const versions = dependencies.map(name => [name, lockedVersion(lock, name)])
  return {
    ...Object.fromEntries(KEPT.map(key => [key, own[key]])),
    dependencies: Object.fromEntries(versions),
  }
}

async function readJson(path: string) {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8'))
}

function lockedVersion({ packages }: Lock, name: string): string {
  const nested = Object.keys(packages).find(
    path => path.startsWith('packages/') && path.endsWith(`/node_modules/${name}`),
  )
  if (nested) throw new Error(`the lock file has two versions of ${name} (${nested}); the bundle can use only one`)
  const version = packages[`node_modules/${name}`]?.version
  if (!version) throw new Error(`the lock file doesn't have ${name}; is it among a package's dependencies?`)
  return version
}
