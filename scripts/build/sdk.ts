import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../child.ts'
import { bundle, packageOf } from './bundle.ts'
import { doorsIn, keptOf, lockedVersions, partsOf, writeManifest } from './manifest.ts'
import { layTypes } from './types.ts'

/** What only applications with such a database, metrics, policies or places need: they install it themselves. */
const OPTIONAL: ReadonlySet<string> = new Set([
  ...['pg', '@redis/client', 'prom-client', '@cedar-policy/cedar-wasm', 'mmdb-lib'],
])

/** What Workers can't run or reach: bundles for them get in its place what says so. */
const NOT_ON_WORKERS: ReadonlySet<string> = new Set([...OPTIONAL, 'libxml2-wasm', 'undici'])
const ABSENT = 'absent.cjs'

/** `imports` of the published package.json: what stands behind the names that the package has for others. */
const importsOf = (names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, { workerd: `./${ABSENT}`, default: name.slice('#'.length) }]))

/** A door of the package, and what lies behind it in the checkout: `index` and `sdk/src/index` for the main one. */
type Door = readonly [name: string, source: string]

/** The doors, as `exports` of package.json in the checkout has them. */
async function doorsOf(): Promise<readonly Door[]> {
  const doors = await doorsIn('sdk')
  return [...doors].map(([door, source]) => [door === '.' ? 'index' : door.slice('./'.length), source])
}

/** What stands behind `exports` of the published package.json. */
const exported = (doors: readonly Door[]) =>
  Object.fromEntries(
    doors.map(([name, source]) => [
      name === 'index' ? '.' : `./${name}`,
      { types: `./types/${source.replace('/src/', '/')}.d.ts`, default: `./${name}.js` },
    ]),
  )

/** Lays what would be published of `@sallyport/sdk` into the folder `out`, ready for `npm pack`. */
export async function buildSdk(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  const doors = await doorsOf()
  const sources = doors.map(([name, source]) => [name, `packages/${source}.ts`])
  const imported = await bundle(Object.fromEntries(sources), out, { byOwnName: NOT_ON_WORKERS })
  const typing = await layTypes(
    await partsOf('sdk'),
    doors.map(([, source]) => `${source}.d.ts`),
    join(out, 'types'),
  )
  const needed = new Set([...imported.map(name => packageOf(name.replace(/^#/, ''))), ...typing])
  const optional = await lockedVersions([...needed].filter(name => OPTIONAL.has(name)))
  const optionalOnes = Object.keys(optional)
  await writeManifest(out, {
    ...(await keptOf('packages/sdk/package.json', ['engines'])),
    sideEffects: false,
    exports: exported(doors),
    imports: importsOf(imported.filter(name => name.startsWith('#'))),
    dependencies: await lockedVersions([...needed].filter(name => !OPTIONAL.has(name))),
    peerDependencies: Object.fromEntries(optionalOnes.map(name => [name, `^${optional[name]}`])),
    peerDependenciesMeta: Object.fromEntries(optionalOnes.map(name => [name, { optional: true }])),
  })
  await writeFile(join(out, ABSENT), "throw new TypeError('this needs what Workers do not have')\n")
  await copyFile(join(ROOT, 'LICENSE'), join(out, 'LICENSE'))
  await copyFile(join(ROOT, 'packages/sdk/README.md'), join(out, 'README.md'))
}
