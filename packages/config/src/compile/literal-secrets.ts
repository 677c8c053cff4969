import type { Mistake } from '../read/mistake.ts'
import { formsOfReference } from '../read/reference.ts'
import { nodeAt, type Path } from '../read/tree.ts'
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
