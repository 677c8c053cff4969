import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configurationSchema, jsonSchemaOf } from '@sallyport/config'
import { ROOT } from '../child.ts'
import { bundle, packageOf } from './bundle.ts'
import { keptOf, lockedVersions, partsOf, writeManifest } from './manifest.ts'
import { layTypes } from './types.ts'

const ENTRY_IN_CHECKOUT = '../src/main.ts'
const ENTRY_PUBLISHED = '../main.js'

/** What stands behind the doors of the published package: a test's, and that of the command which runs tests. */
const DOORS = { testing: 'sallyport/src/testing/index', 'testing/recording': 'sallyport/src/testing/recording' }

const exported = {
  './testing': { types: './types/sallyport/testing/index.d.ts', default: './testing.js' },
  './testing/recording': './testing/recording.js',
  './sallyport.schema.json': './sallyport.schema.json',
  './package.json': './package.json',
}

/** Lays what would be published of the command `sallyport` into the folder `out`, ready for `npm pack`. */
export async function buildCommand(out: string): Promise<void> {
  await mkdir(join(out, 'bin'), { recursive: true })
  const doors = Object.entries(DOORS).map(([name, source]) => [name, `packages/${source}.ts`])
  const imported = await bundle({ main: 'packages/sallyport/src/main.ts', ...Object.fromEntries(doors) }, out)
  const typing = await layTypes(await partsOf('sallyport'), [`${DOORS.testing}.d.ts`], join(out, 'types'))
  const kept = await keptOf('packages/sallyport/package.json', ['engines', 'bin'])
  const needed = [...imported.map(packageOf), ...typing]
  await writeManifest(out, { ...kept, exports: exported, dependencies: await lockedVersions(needed) })
  await writeFile(join(out, 'bin/sallyport.js'), await publishedBin())
  await chmod(join(out, 'bin/sallyport.js'), 0o755)
  await writeFile(
    join(out, 'sallyport.schema.json'),
    `${JSON.stringify(jsonSchemaOf(await configurationSchema()), null, 2)}\n`,
  )
  for (const file of ['LICENSE', 'README.md']) await copyFile(join(ROOT, file), join(out, file))
}

/** The checkout's bin with the other entry: Node strips no types under node_modules, so the published one is JavaScript. */
async function publishedBin(): Promise<string> {
  const bin = await readFile(join(ROOT, 'packages/sallyport/bin/sallyport.js'), 'utf8')
  if (!bin.includes(ENTRY_IN_CHECKOUT)) throw new Error(`bin/sallyport.js doesn't import ${ENTRY_IN_CHECKOUT}`)
  return bin.replaceAll(ENTRY_IN_CHECKOUT, ENTRY_PUBLISHED)
}
