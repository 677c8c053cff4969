import type { Mistake } from '../read/mistake.ts'
import { formsOfReference } from '../read/reference.ts'
import { nodeAt, type Path, type Tree } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

const told = 'a secret stands in the file as it is'

/** Whether a warning is of a secret that stands in the file. */
export const isLiteralSecret = ({ message }: Pick<Mistake, 'message'>): boolean => message.startsWith(told)

/** A secret that stands in the file as it is will be copied with the file. Warns where the text at `path` is one. */
export function warnOfLiteral(path: Path, work: Compilation): void {
  const node = nodeAt(work.tree, path)
  if (node?.kind !== 'scalar' || node.sources.length > 0) return
  work.warn(path, `${told}; ${formsOfReference.join(', ')} keep it out`)
}

function childrenOf(node: Tree): readonly (readonly [key: string | number, child: Tree])[] {
  if (node.kind === 'map') return [...node.entries].map(([key, { value }]) => [key, value])
  return node.kind === 'list' ? node.items.map((child, i) => [i, child]) : []
}

/** Warns of every such secret of these names below parts of a name, wherever they stand. */
export function warnOfLiteralsIn(
  part: string,
  names: readonly string[],
  work: Compilation,
  node: Tree = work.tree,
  path: Path = [],
): void {
  for (const [key, child] of childrenOf(node)) {
    const at = [...path, key]
    if (key === part) for (const name of names) warnOfLiterals(name, work, child, at)
    else warnOfLiteralsIn(part, names, work, child, at)
  }
}

/** Warns of every such secret of this name, wherever it stands below a part. */
export function warnOfLiterals(name: string, work: Compilation, node: Tree = work.tree, path: Path = []): void {
  for (const [key, child] of childrenOf(node)) {
    if (key === name) warnOfLiteral([...path, key], work)
    else warnOfLiterals(name, work, child, [...path, key])
  }
}
