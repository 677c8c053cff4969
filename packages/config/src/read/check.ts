import type { z } from 'zod'
import { explain } from './explain.ts'
import { type Issue, pathOf } from './introspect.ts'
import { inOrder, type Mistake } from './mistake.ts'
import { plainValue } from './plain.ts'
import { nodeAt, type Path, type ScalarNode, type Tree } from './tree.ts'

export type Checked<T> = { readonly value: T } | { readonly mistakes: readonly Mistake[] }

/**
 * Judges a tree by a schema and gives its typed value, or every mistake with its place, in the order of the files.
 * Messages that the schema's author wrote are kept, all others are ours. Nothing is said about broken scalars, which
 * substitution has reported, so the list may be empty; and a value may be used only where substitution made no mistake.
 */
export function checkTree<T>(tree: Tree, schema: z.ZodType<T>): Checked<T> {
  const reread = new Set<ScalarNode>()
  for (;;) {
    const result = schema.safeParse(plainValue(tree, reread), { error: () => '' })
    if (result.success) return { value: result.data }
    const known = reread.size
    markReread(result.error.issues, [], tree, reread)
    if (reread.size === known) return { mistakes: inOrder(explain(result.error.issues, tree, schema)) }
  }
}

/** `port: ${PORT}` gives a text where a number is wanted: then the number that the text means is judged in its place. */
function markReread(issues: readonly Issue[], above: Path, tree: Tree, reread: Set<ScalarNode>): void {
  for (const issue of issues) {
    const path = [...above, ...pathOf(issue)]
    if (issue.code === 'invalid_union') for (const branch of issue.errors) markReread(branch, path, tree, reread)
    const node = nodeAt(tree, path)
    if (node?.kind === 'scalar' && node.reread !== undefined && wants(issue, node.reread)) reread.add(node)
  }
}

function wants(issue: Issue, value: number | boolean): boolean {
  if (issue.code === 'invalid_value') return issue.values.includes(value)
  if (issue.code !== 'invalid_type') return false
  return issue.expected === typeof value || (issue.expected === 'int' && typeof value === 'number')
}
