import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configurationSchema, jsonSchemaOf } from '@sallyport/config'
import { ROOT } from '../child.ts'
import { bundle, packageOf } from './bundle.ts'
import { keptOf, lockedVersions, writeManifest } from './manifest.ts'

const ENTRY_IN_CHECKOUT = '../src/main.ts'
const ENTRY_PUBLISHED = '../main.js'

/** Lays what would be published of the command `sallyport` into the folder `out`, ready for `npm pack`. */
export async function buildCommand(out: string): Promise<void> {
  await mkdir(join(out, 'bin'), { recursive: true })
  const imported = await bundle({ main: 'packages/sallyport/src/main.ts' }, out)
  const kept = await keptOf('packages/sallyport/package.json', ['engines', 'bin'])
  await writeManifest(out, { ...kept, dependencies: await lockedVersions(imported.map(packageOf)) })
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
