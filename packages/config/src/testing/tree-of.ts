import assert from 'node:assert/strict'
import { readDocument } from '../read/document.ts'
import { formatMistake, type Mistake } from '../read/mistake.ts'
import type { Tree } from '../read/tree.ts'

/** The tree of a text that must be well-formed. */
export function treeOf(text: string, file = 'sallyport.yaml'): Tree {
  const read = readDocument(text, file)
  if ('mistakes' in read) assert.fail(linesOf(read.mistakes))
  return read.tree
}

/** Mistakes as people see them. */
export function linesOf(mistakes: readonly Mistake[]): string {
  return mistakes.map(formatMistake).join('\n')
}
