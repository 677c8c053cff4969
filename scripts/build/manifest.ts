import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../child.ts'

type Lock = { packages: Record<string, { version?: string }> }
type Manifest = Readonly<Record<string, unknown>>

/** What of every package.json in the checkout the published one keeps. */
const KEPT = ['name', 'version', 'description', 'keywords', 'license', 'type']

/** What a published package.json takes over from the one in the checkout: what all do, and these members. */
export async function keptOf(path: string, more: readonly string[]): Promise<Manifest> {
  const own: Manifest = await readJson(path)
  return Object.fromEntries([...KEPT, ...more].map(key => [key, own[key]]))
}

/** The doors of one of our packages, each with what lies behind it: `./testing` and `sdk/src/testing/index`. */
export async function doorsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const { exports }: { exports: Record<string, string> } = await readJson(`packages/${folder}/package.json`)
  const sourceOf = (path: string) => `${folder}/${path.slice('./'.length).replace(/\.ts$/, '')}`
  return new Map(Object.entries(exports).map(([door, path]) => [door, sourceOf(path)]))
}

/** The folders of our packages that one of them is made of: itself, what it depends on, and what those do. */
export async function partsOf(folder: string): Promise<readonly string[]> {
  const parts = new Set([folder])
  for (const part of parts) {
    const { dependencies = {} } = await readJson(`packages/${part}/package.json`)
    const ours = Object.keys(dependencies).filter(name => name.startsWith('@sallyport/'))
    for (const name of ours) parts.add(name.slice('@sallyport/'.length)) // a Set's loop goes on to what is added meanwhile
  }
  return [...parts]
}

/** npm packages with the versions that the lock file has. */
export async function lockedVersions(names: Iterable<string>): Promise<Record<string, string>> {
  const lock: Lock = await readJson('package-lock.json')
  return Object.fromEntries([...new Set(names)].sort().map(name => [name, lockedVersion(lock, name)]))
}

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

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
