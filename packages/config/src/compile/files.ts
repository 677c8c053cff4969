import type { AuthorizeGuard, Guard } from '@sallyport/core'
import { type Bound, type NamedFile, type ReadFile, UnfitPart } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { WrittenLimits } from '../schema/rules.ts'
import type { Compilation } from './compilation.ts'
import { readDocuments } from './documents.ts'
import { placeWithin } from './levels.ts'

interface Written {
  readonly authorize?: readonly Bound<AuthorizeGuard>[] | undefined
  readonly limit?: WrittenLimits | undefined
  readonly inspect?: readonly Bound<Guard>[] | undefined
  readonly protect?: readonly Bound<Guard>[] | undefined
}

const none: ReadFile['documents'] = new Map()

async function readNamed({ at, file, as }: NamedFile, path: Path, work: Compilation): Promise<ReadFile | undefined> {
  const place = [...path, ...at]
  if (as === 'documents') return readDocuments(place, file, work)
  if (as === 'module') {
    const read = await work.readModule(place, file)
    return read && { file: read.file, content: read.exports, documents: none }
  }
  const read = await work.read(place, file)
  return read && { file: read.file, content: read.text, documents: none }
}

async function bound<Made>(rule: Bound<Made>, path: Path, work: Compilation): Promise<Bound<Made>> {
  const { unread } = rule
  if (unread === undefined) return rule
  const all = await Promise.all(unread.files.map(file => readNamed(file, path, work)))
  const read = all.filter(one => one !== undefined)
  if (read.length < all.length) return rule
  try {
    return { ...rule, create: await unread.bind(read) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [first] = unread.files
    const files = read.map(({ file }) => file).join(', ')
    if (error instanceof UnfitPart) work.mistake([...path, ...error.at], error.message)
    else work.mistake([...path, ...(first?.at ?? [])], `this can't be made of ${files}: ${error.message}`)
    return rule
  }
}

const sectionRead = <Made>(rules: readonly Bound<Made>[] | undefined, path: Path, work: Compilation) =>
  rules && Promise.all(rules.map(rule => bound(rule, [...path, ...placeWithin(rule)], work)))

async function limitsRead(
  limits: WrittenLimits | undefined,
  path: Path,
  work: Compilation,
): Promise<WrittenLimits | undefined> {
  if (limits === undefined) return undefined
  const named = Object.entries(limits).map(async ([name, rule]) => [name, await bound(rule, [...path, name], work)])
  return Object.fromEntries(await Promise.all(named))
}

/** What a level says, the files read that its rules name. What can't be read is a mistake, and its rule can't be made. */
export async function withFiles<Level extends Written>(level: Level, path: Path, work: Compilation): Promise<Level> {
  const [authorize, limit, inspect, protect] = await Promise.all([
    sectionRead(level.authorize, [...path, 'authorize'], work),
    limitsRead(level.limit, [...path, 'limit'], work),
    sectionRead(level.inspect, [...path, 'inspect'], work),
    sectionRead(level.protect, [...path, 'protect'], work),
  ])
  return { ...level, authorize, limit, inspect, protect }
}
