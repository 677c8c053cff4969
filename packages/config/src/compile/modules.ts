import type { AuthorizeGuard } from '@sallyport/core'
import type { Bound } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

interface Written {
  readonly authorize?: readonly Bound<AuthorizeGuard>[] | undefined
}

async function bound(rule: Bound<AuthorizeGuard>, path: Path, work: Compilation): Promise<Bound<AuthorizeGuard>> {
  if (rule.module === undefined) return rule
  const read = await work.readModule([...path, 'authorize', rule.kind, 'file'], rule.module.file)
  if (read === undefined) return rule
  try {
    return { ...rule, create: rule.module.bind(read.exports) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    work.mistake([...path, 'authorize', rule.kind, 'file'], `${read.file} is no guard: ${error.message}`)
    return rule
  }
}

/** What a level says, the ES modules read that its rules name. What can't be read is a mistake, and its rule can't be made. */
export async function withModules<Level extends Written>(level: Level, path: Path, work: Compilation): Promise<Level> {
  if (level.authorize?.some(({ module }) => module !== undefined) !== true) return level
  return { ...level, authorize: await Promise.all(level.authorize.map(rule => bound(rule, path, work))) }
}
