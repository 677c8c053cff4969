import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { ROOT } from '../child.ts'

/** How many test files share a process: to load what they test costs more than most of them do. */
const SIZE = 16

const TOGETHER = join(ROOT, 'scripts/test/together.ts')

/** In their order: files that stand beside each other need much the same modules. */
export function groupsOf(files: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(files.length / SIZE)
  return Array.from({ length: count }, (_, i) => files.slice(i * SIZE, (i + 1) * SIZE))
}

/** Writes for each group a file into a folder, which it empties first, that runs its test files. Gives their paths. */
export function writeGroups(groups: readonly (readonly string[])[], folder: string): string[] {
  const base = resolve(ROOT, folder)
  rmSync(base, { recursive: true, force: true })
  mkdirSync(base, { recursive: true })
  const together = JSON.stringify(relative(base, TOGETHER).replaceAll('\\', '/'))
  return groups.map((files, i) => {
    const path = join(base, `${String(i).padStart(3, '0')}.ts`)
    const list = JSON.stringify(files, null, 2)
    writeFileSync(path, `import { runTogether } from ${together}\nawait runTogether(${list})\n`)
    return path
  })
}
