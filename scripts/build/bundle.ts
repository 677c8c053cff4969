import { globSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { ROOT } from '../child.ts'

/** What becomes of npm packages, which stay outside. */
interface BundleOptions {
  /** Packages that are imported by names of the package's own (`imports` of package.json): `#name`. */
  readonly byOwnName?: ReadonlySet<string>
}

/**
 * Puts TypeScript entries, by the names that they get, and everything of ours that they import into JavaScript files in the folder `out`, and beside
 * them in files of their own what several need or what is loaded only when it is needed. The data that lies among the sources (schemas, presets) comes
 * along, as `<package>/<path>`. Gives how npm packages are imported: `pino/file`, `#pg`.
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  out: string,
  { byOwnName = new Set() }: BundleOptions = {},
): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { ...entries },
    outdir: out,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24.7',
    metafile: true,
    logLevel: 'warning',
    plugins: [onlyOurs(byOwnName), ownPlaces],
  })
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports)
  const modules = imports.filter(({ external, path }) => external === true && !path.startsWith('node:'))
  const inputs = Object.keys(metafile.inputs).map(path => /^packages\/([^/]+)\/src\//.exec(path)?.[1])
  const folders = inputs.filter(folder => folder !== undefined)
  for (const folder of new Set(folders)) await copyData(folder, out)
  return [...new Set(modules.map(({ path }) => path))].sort()
}

/** Leaves what isn't ours to npm. */
const onlyOurs = (byOwnName: ReadonlySet<string>): Plugin => ({
  name: 'only-ours',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || path.startsWith('@sallyport/')) return undefined
      return { path: byOwnName.has(packageOf(path)) ? `#${path}` : path, external: true }
    })
  },
})

/**
 * A file that reads data beside it by `new URL('./presets', import.meta.url)` finds it there in the bundle too: its
 * `import.meta.url` becomes the place that it would have among the copied data.
 */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (/import\.meta\.(dirname|filename|resolve)\b/.test(text)) {
        throw new Error(`${path}: the build can carry along import.meta.url only`)
      }
      const [, folder, ...below] = relative(ROOT, path).split(sep)
      const place = ['.', folder, ...below.slice(1)].join('/')
      const own = `new URL(${JSON.stringify(place)}, import.meta.url).href`
      return { contents: text.replaceAll('import.meta.url', own), loader: 'ts' }
    })
  },
}

async function copyData(folder: string, out: string): Promise<void> {
  const sources = join(ROOT, 'packages', folder, 'src')
  const files = globSync('**/*.*', { cwd: sources, exclude: ['**/*.ts', '**/testdata/**'] })
  for (const file of files) await cp(join(sources, file), join(out, folder, file))
}

/** `pino/file` is of the package `pino`, `@x/y/z` of `@x/y`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return posix.join(...parts.slice(0, specifier.startsWith('@') ? 2 : 1))
}
