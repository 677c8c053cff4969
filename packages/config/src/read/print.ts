import { Secret } from '@sallyport/core'
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { type Path, printable, type Tree } from './tree.ts'

const masked = '[secret]'

/**
 * The tree as YAML, each value with its origin behind it: `port: 8080 # env PORT, sallyport.yaml:4`. What came from a
 * stored secret is masked, and every value that `isSecret` names.
 */
export function printTree(tree: Tree, isSecret: (path: Path) => boolean): string {
  const document = new Document(undefined, { version: '1.2', schema: 'core' })
  document.contents = yamlNode(tree, [], isSecret)
  return document.toString({ lineWidth: 0 })
}

function yamlNode(tree: Tree, path: Path, isSecret: (path: Path) => boolean): Scalar | YAMLMap | YAMLSeq {
  if (tree.kind === 'scalar') {
    const scalar = new Scalar(tree.value instanceof Secret || isSecret(path) ? masked : tree.value)
    scalar.comment = ` ${originOf(tree)}`
    return scalar
  }
  if (tree.kind === 'list') {
    const list = new YAMLSeq()
    for (const [index, item] of tree.items.entries()) {
      const node = yamlNode(item, [...path, index], isSecret)
      node.commentBefore = originIfEmpty(item)
      list.items.push(node)
    }
    return list
  }
  const map = new YAMLMap()
  for (const [text, { value }] of tree.entries) {
    const key = new Scalar(text)
    key.commentBefore = originIfEmpty(value)
    map.items.push(new Pair(key, yamlNode(value, [...path, text], isSecret)))
  }
  return map
}

/** Values tell the origin of what they stand in; where there are none, a comment above has to. */
function originIfEmpty(tree: Tree): string | null {
  const isEmpty = tree.kind === 'list' ? tree.items.length === 0 : tree.kind === 'map' && tree.entries.size === 0
  return isEmpty ? ` ${originOf(tree)}` : null
}

function originOf(tree: Tree): string {
  const sources = tree.kind === 'scalar' ? tree.sources.map(({ kind, name }) => `${kind} ${name}`) : []
  return printable([...sources, `${tree.place.file}:${tree.place.line}`].join(', '))
}
