import { createRequire } from 'node:module'
import type { Geo } from '@sallyport/core'
import { openGeo, UnfitPart } from '@sallyport/stages'
import { type Path, placeOf } from '../read/tree.ts'
import type { Configuration } from '../schema/configuration.ts'
import type { Compilation } from './compilation.ts'

const ofPackage = 'npm:'

/** `@scope/name/file.mmdb` or `name/file.mmdb` as the package's name. */
const packageIn = (written: string) => /^(?:@[^/]+\/)?[^/]+/.exec(written)?.[0] ?? written

/** Where a database is: a file, or a file of an installed package. Undefined, with a mistake, where that isn't there. */
function fileOf(written: string, path: Path, work: Compilation): string | undefined {
  if (!written.startsWith(ofPackage)) return work.fileAt(path, written)
  const name = written.slice(ofPackage.length)
  try {
    return createRequire(placeOf(work.tree, path).file).resolve(name)
  } catch {
    work.mistake(path, `there is no ${name}: npm install ${packageIn(name)}`)
    return undefined
  }
}

async function bytesAt(written: string | undefined, path: Path, work: Compilation): Promise<Uint8Array | undefined> {
  const file = written === undefined ? undefined : fileOf(written, path, work)
  return file === undefined ? undefined : work.readBytes(path, file)
}

/** The databases of addresses that a configuration names. What can't be read is a mistake. */
export async function compileGeo(
  written: Configuration['gateway']['geo'],
  work: Compilation,
): Promise<Geo | undefined> {
  if (written === undefined) return undefined
  const at = ['gateway', 'geo']
  const [country, network] = await Promise.all([
    bytesAt(written.country, [...at, 'country'], work),
    bytesAt(written.network, [...at, 'network'], work),
  ])
  try {
    return await openGeo({ country, network })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    work.mistake([...at, ...(error instanceof UnfitPart ? error.at : [])], error.message)
    return undefined
  }
}
