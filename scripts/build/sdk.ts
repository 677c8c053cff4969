import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../child.ts'
import { bundle } from './bundle.ts'
import { keptOf, lockedVersions, partsOf, writeManifest } from './manifest.ts'
import { layTypes } from './types.ts'

/** The doors of the package, and what lies behind each in `packages/sdk/src`. */
const DOORS = {
  index: 'index',
  client: 'client/index',
  database: 'database/index',
  policy: 'policy/index',
  testing: 'testing/index',
}

/** What only applications with such a database, metrics or policies need: they install it themselves. */
const OPTIONAL: ReadonlySet<string> = new Set(['pg', '@redis/client', 'prom-client', '@cedar-policy/cedar-wasm'])

const doors = Object.entries(DOORS)

/** `.` for the main door, `./name` for the others: what stands behind `exports` of package.json. */
const exported = Object.fromEntries(
  doors.map(([name, source]) => [
    name === 'index' ? '.' : `./${name}`,
    { types: `./types/sdk/${source}.d.ts`, default: `./${name}.js` },
  ]),
)

/** Lays what would be published of `@sallyport/sdk` into the folder `out`, ready for `npm pack`. */
export async function buildSdk(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  const sources = doors.map(([name, source]) => [name, `packages/sdk/src/${source}.ts`])
  const running = await bundle(Object.fromEntries(sources), out)
  const typing = await layTypes(
    await partsOf('sdk'),
    doors.map(([, source]) => `sdk/src/${source}.d.ts`),
    join(out, 'types'),
  )
  const needed = new Set([...running, ...typing])
  const optional = await lockedVersions([...needed].filter(name => OPTIONAL.has(name)))
  const optionalOnes = Object.keys(optional)
  await writeManifest(out, {
    ...(await keptOf('packages/sdk/package.json', ['engines'])),
    sideEffects: false,
    exports: exported,
    dependencies: await lockedVersions([...needed].filter(name => !OPTIONAL.has(name))),
    peerDependencies: Object.fromEntries(optionalOnes.map(name => [name, `^${optional[name]}`])),
    peerDependenciesMeta: Object.fromEntries(optionalOnes.map(name => [name, { optional: true }])),
  })
  await copyFile(join(ROOT, 'LICENSE'), join(out, 'LICENSE'))
  await copyFile(join(ROOT, 'packages/sdk/README.md'), join(out, 'README.md'))
}
