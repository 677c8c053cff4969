import { nearest } from '@sallyport/core'
import { type Issue, type IssueOf, keysBeside, keysOf, optionsOf, type Schema, wordsFor } from './introspect.ts'
import { type Mistake, mistakeAt, mistakeAtKey } from './mistake.ts'
import { type MapNode, nodeAt, type Path, pathText, quoted, type Tree } from './tree.ts'
import { likeness } from './union.ts'
import { wordsForIssue } from './words.ts'

/** A mistake, and how it bears on others: a misspelt key is why its right spelling is missing. */
export interface Finding {
  readonly mistake: Mistake
  /** Paths at which this is the cause of other mistakes. */
  readonly causes?: readonly string[]
  /** The path whose cause, if there is one, makes this mistake go without saying. */
  readonly follows?: string
}

/** Nothing stands at `path`, where `schemas` want something. */
export function missingKey(tree: Tree, issue: Issue, schemas: readonly Schema[], path: Path): Finding {
  const parent = path.slice(0, -1)
  if (issue.message !== '' || nodeAt(tree, parent)?.kind !== 'map') {
    return { mistake: mistakeAt(tree, path, wordsForIssue(issue)) }
  }
  const words = wordsFor(schemas.flatMap(optionsOf))
  const message = `missing key ${quoted(String(path.at(-1)))}${words === '' ? '' : ` (${words})`}`
  return { mistake: mistakeAt(tree, parent, message), follows: pathText(path) }
}

/** Keys of the map at `path` that the likeliest of `schemas` doesn't know; another may, which is said then. */
export function unknownKeys(
  tree: Tree,
  keys: readonly string[],
  node: MapNode,
  schemas: readonly Schema[],
  path: Path,
): Finding[] {
  const options = schemas.flatMap(optionsOf)
  const [likest] = options.toSorted((a, b) => (likeness(b, node) ?? -1) - (likeness(a, node) ?? -1))
  const own = likest === undefined ? [] : keysBeside(likest, schemas)
  const everywhere = [...new Set(options.flatMap(keysOf))]
  const present = own.filter(key => node.entries.has(key))
  const allowed = present.length === 0 ? everywhere : own
  return keys.map(key => {
    const at = [...path, key]
    if (!allowed.includes(key) && everywhere.includes(key)) {
      const neighbours = present.map(quoted).join(' and ')
      return { mistake: mistakeAtKey(tree, at, `${quoted(key)} can't stand beside ${neighbours}`) }
    }
    const meant = nearest(key, allowed)
    const mistake = mistakeAtKey(tree, at, `unknown key ${quoted(key)}`, { allowed, nearest: meant })
    return meant === undefined ? { mistake } : { mistake, causes: [pathText(path), pathText([...path, meant])] }
  })
}

/** A key that the rule for the keys of its map refuses. */
export function wrongKey(tree: Tree, issue: IssueOf<'invalid_key'>, path: Path): Finding {
  const [inner] = issue.issues
  const key = quoted(String(path.at(-1)))
  return { mistake: mistakeAtKey(tree, path, `the key ${key}: ${wordsForIssue(inner ?? issue)}`) }
}
