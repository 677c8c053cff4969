import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const isTest = (name: string) => /\.test\.[cm]?[jt]s$/.test(name)

/** The test files in these folders. */
export const testFilesIn = (folders: readonly string[]): readonly string[] =>
  [...new Set(folders)].flatMap(folder =>
    readdirSync(folder)
      .filter(isTest)
      .sort()
      .map(name => join(folder, name)),
  )
