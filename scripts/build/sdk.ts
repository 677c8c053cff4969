import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../child.ts'
import { bundle } from './bundle.ts'
import { doorsIn, keptOf, lockedVersions, partsOf, writeManifest } from './manifest.ts'
import { layTypes } from './types.ts'

/** What only applications with such a database, metrics or policies need: they install it themselves. */
const OPTIONAL: ReadonlySet<string> = new Set(['pg', '@redis/client', 'prom-client', '@cedar-policy/cedar-wasm'])

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
  const running = await bundle(Object.fromEntries(sources), out)
  const typing = await layTypes(
    await partsOf('sdk'),
    doors.map(([, source]) => `${source}.d.ts`),
    join(out, 'types'),
  )
  const needed = new Set([...running, ...typing])
  const optional = await lockedVersions([...needed].filter(name => OPTIONAL.has(name)))
  const optionalOnes = Object.keys(optional)
  await writeManifest(out, {
    ...(await keptOf('packages/sdk/package.json', ['engines'])),
    sideEffects: false,
    exports: exported(doors),
    dependencies: await lockedVersions([...needed].filter(name => !OPTIONAL.has(name))),
    peerDependencies: Object.fromEntries(optionalOnes.map(name => [name, `^${optional[name]}`])),
    peerDependenciesMeta: Object.fromEntries(optionalOnes.map(name => [name, { optional: true }])),
  })
  await copyFile(join(ROOT, 'LICENSE'), join(out, 'LICENSE'))
  await copyFile(join(ROOT, 'packages/sdk/README.md'), join(out, 'README.md'))
}
