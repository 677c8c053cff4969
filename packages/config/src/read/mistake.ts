import { nodeAt, type Path, type Place, pathText, placeOf, printable, quoted, type Tree } from './tree.ts'

/** One thing in a file that must be put right. Holds nothing that came from the environment, a file or a secret. */
export interface Mistake extends Place {
  /** `apis.warehouse.limit`; empty for a whole file. */
  readonly path: string
  /** What is wrong, in plain words. */
  readonly message: string
  /** What stands there, where the message doesn't say so. */
  readonly found?: string | undefined
  /** All that could stand there. */
  readonly allowed?: readonly string[] | undefined
  /** The allowed spelling that was probably meant. */
  readonly nearest?: string | undefined
}

export type MistakeDetail = Pick<Mistake, 'found' | 'allowed' | 'nearest'>

/** A mistake about the part at `path`, for what only the meaning of a configuration shows. */
export function mistakeAt(tree: Tree, path: Path, message: string, detail: MistakeDetail = {}): Mistake {
  return { ...placeOf(tree, path), path: pathText(path), message, ...detail }
}

/** A mistake about the key that `path` ends with, rather than about what stands under it. */
export function mistakeAtKey(tree: Tree, path: Path, message: string, detail: MistakeDetail = {}): Mistake {
  const parent = nodeAt(tree, path.slice(0, -1))
  const place = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1)))?.key : undefined
  return { ...mistakeAt(tree, path, message, detail), ...place }
}

/** The order in which mistakes are read: by file in order of first appearance, then by line and column. */
export function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const files = new Map<string, number>()
  for (const { file } of mistakes) if (!files.has(file)) files.set(file, files.size)
  const rank = (file: string) => files.get(file) ?? 0
  return mistakes.toSorted((a, b) => rank(a.file) - rank(b.file) || a.line - b.line || a.column - b.column)
}

const lineWidth = 120
const listed = 16

/**
 * `sallyport.yaml:12:7  apis.warehouse.limt: unknown key "limt"; did you mean "limit"? Allowed: admit, limit`, with
 * what is allowed on a line of its own where one line would be long.
 */
export function formatMistake(mistake: Mistake): string {
  const { file, line, column, path, message, found, allowed = [], nearest } = mistake
  const where = `${printable(file)}:${line}:${column}`
  const what = [
    path === '' ? printable(message) : `${path}: ${printable(message)}`,
    found === undefined ? '' : `; found ${found}`,
    nearest === undefined ? '' : `; did you mean ${quoted(nearest)}?`,
  ].join('')
  if (allowed.length === 0) return `${where}  ${what}`
  const more = allowed.length > listed ? `, and ${allowed.length - listed} more` : ''
  const list = `Allowed: ${allowed.slice(0, listed).map(bare).join(', ')}${more}`
  const oneLine = `${where}  ${what}${nearest === undefined ? '.' : ''} ${list}`
  return oneLine.length <= lineWidth ? oneLine : `${where}  ${what}\n    ${list}`
}

function bare(text: string): string {
  return /^[\w./${}:*-]+$/.test(text) ? text : quoted(text)
}
