import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'

type Manifest = {
  name?: string
  exports?: Record<string, string>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** A package of the project. */
export type Package = {
  /** Its folder under packages/, which is its name in the layer table. */
  folder: string
  /** What others import it by. */
  name: string
  /** What an import may name of it: `.` and the other keys of its `exports`. */
  doors: ReadonlySet<string>
  dependencies: ReadonlySet<string>
  devDependencies: ReadonlySet<string>
  /** The files behind its doors and its commands, where everything that it ships begins. */
  entries: readonly string[]
  /** All its sources. These paths, like those of `entries`, are relative to the root, with `/`. */
  sources: readonly string[]
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function namesIn(...lists: (Record<string, string> | undefined)[]): Set<string> {
  return new Set(lists.flatMap(list => Object.keys(list ?? {})))
}

function readPackage(root: string, folder: string): Package {
  const manifest = readManifest(join(root, 'packages', folder, 'package.json'))
  const sources = globSync(`packages/${folder}/{src,bin}/**/*.{ts,tsx,js,mjs}`, { cwd: root })
  return {
    folder,
    name: manifest.name ?? folder,
    doors: new Set(Object.keys(manifest.exports ?? {})),
    dependencies: namesIn(manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies),
    devDependencies: namesIn(manifest.devDependencies),
    entries: [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})].map(path =>
      posix.join('packages', folder, path),
    ),
    sources: sources.map(path => path.split(sep).join('/')).sort(),
  }
}

/** All packages under packages/ of `root`. */
export function readPackages(root: string): Package[] {
  const manifests = globSync('packages/*/package.json', { cwd: root })
  return manifests.sort().map(path => readPackage(root, path.split(sep)[1] ?? ''))
}

/** What every package's tests may import beside the package's own dependencies: the root's development dependencies. */
export function readTestDependencies(root: string): ReadonlySet<string> {
  const path = join(root, 'package.json')
  return existsSync(path) ? namesIn(readManifest(path).devDependencies) : new Set()
}
