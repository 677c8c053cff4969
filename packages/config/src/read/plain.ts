import { Secret } from '@sallyport/core'
import { quoted, type ScalarNode, type Tree } from './tree.ts'

/** The tree as plain values, secrets opened. Scalars in `reread` give the number or boolean that their text means. */
export function plainValue(tree: Tree, reread: ReadonlySet<ScalarNode> = new Set()): unknown {
  if (tree.kind === 'list') return tree.items.map(item => plainValue(item, reread))
  if (tree.kind === 'map') {
    return Object.fromEntries(Array.from(tree.entries, ([key, { value }]) => [key, plainValue(value, reread)]))
  }
  if (tree.value instanceof Secret) return tree.value.reveal()
  return reread.has(tree) ? tree.reread : tree.value
}

const shownLength = 60

/** A URL with user information (RFC 3986 section 3.2.1), which holds a password more often than not. */
const withPassword = /:\/\/[^/?#]*@/

/** What a part is, in words: `a list`, `the text "abc"`. Of a value from outside only where it came from. */
export function describe(tree: Tree, hidden: boolean): string {
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : 'a list'
  if (tree.kind === 'map') return tree.entries.size === 0 ? 'an empty map' : 'a map'
  if (tree.sources.length > 0) return `[from ${tree.sources.map(({ kind, name }) => `${kind} ${name}`).join(', ')}]`
  if (tree.value instanceof Secret || (hidden && tree.value !== null)) return '[secret]'
  if (tree.value === null) return 'nothing'
  if (typeof tree.value !== 'string') return `${typeof tree.value === 'number' ? 'the number ' : ''}${tree.value}`
  if (withPassword.test(tree.value)) return 'a URL with a name and password'
  return `the text ${quoted(tree.value.length > shownLength ? `${tree.value.slice(0, shownLength)}…` : tree.value)}`
}
