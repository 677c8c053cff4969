import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where data from outside lies; undefined where there is none, and tests that need it skip. */
export const corpora = process.env.SALLYPORT_CORPORA

/** The lines of a file of the corpora, empty ones left out. */
export function outsideLines(folder: string, file: string): string[] {
  const text = readFileSync(join(corpora ?? '', folder, file), 'utf8')
  return text.split(/\r?\n/).filter(line => line !== '')
}

/** The cases of a file that holds one JSON value a line. `Case` says what the set's README promises. */
export function outsideCases<Case>(folder: string, file: string): Case[] {
  return outsideLines(folder, file).map(line => JSON.parse(line))
}
