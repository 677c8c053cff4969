import { resolve } from 'node:path'
import { suite } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../child.ts'

/** A file that hangs is told, its tests with it, and those after it run. */
const timeout = 300_000

/**
 * Runs test files in this process, one after the other, each as a suite of its own: its hooks are its own, and it has ended before the
 * next is imported. Paths are relative to the project's folder.
 */
export async function runTogether(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await suite(file, { timeout }, async () => {
      await import(pathToFileURL(resolve(ROOT, file)).href)
    })
  }
}
