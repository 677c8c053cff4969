import { formsOfReference } from '../read/reference.ts'
import { nodeAt, type Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

/** A secret that stands in the file as it is will be copied with the file. Warns where the text at `path` is one. */
export function warnOfLiteral(path: Path, work: Compilation): void {
  const node = nodeAt(work.tree, path)
  if (node?.kind !== 'scalar' || node.sources.length > 0) return
  work.warn(path, `a secret stands in the file as it is; ${formsOfReference.join(', ')} keep it out`)
}
