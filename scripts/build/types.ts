import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ROOT } from '../child.ts'
import { Declarations, emitDeclarations } from './declarations.ts'
import { placeOf, published } from './published.ts'

/**
 * Lays the types of these entries, `<package>/src/<path>.d.ts`, and all that they lead to in these packages into the folder `out`:
 * `<package>/<path>.d.ts`. Gives the names of the npm packages whose types they name.
 */
export async function layTypes(
  packages: readonly string[],
  entries: readonly string[],
  out: string,
): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(ROOT, '.made-types-'))
  try {
    await emitDeclarations(packages, folder)
    const declarations = new Declarations(folder)
    const needed = new Set<string>()
    const files = new Set(entries)
    for (const path of files) {
      const file = await published(path, declarations)
      await mkdir(dirname(join(out, placeOf(path))), { recursive: true })
      await writeFile(join(out, placeOf(path)), file.text)
      for (const other of file.files) files.add(other) // a Set's loop goes on to what is added meanwhile
      for (const name of file.packages) needed.add(name)
    }
    return needed
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
