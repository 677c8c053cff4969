import { type Mistake, type MistakeDetail, mistakeAt } from '../read/mistake.ts'
import { nodeAt, type Path, quoted, type Tree } from '../read/tree.ts'

/** A part of an OpenAPI document and the way to it. */
export interface Part {
  readonly node: Tree
  readonly path: Path
}

/** A document being read: what is found wrong gathers here. */
export class Reading {
  readonly tree: Tree
  readonly mistakes: Mistake[] = []
  /** What was left out, and harms nothing. */
  readonly notes: Mistake[] = []
  readonly #told = new Set<string>()

  constructor(tree: Tree) {
    this.tree = tree
  }

  /** A part that many operations share is told once. */
  wrong(path: Path, message: string, detail?: MistakeDetail): undefined {
    const mistake = mistakeAt(this.tree, path, message, detail)
    const id = JSON.stringify(mistake)
    if (!this.#told.has(id)) this.mistakes.push(mistake)
    this.#told.add(id)
  }

  note(path: Path, message: string): undefined {
    this.notes.push(mistakeAt(this.tree, path, message))
  }

  part(path: Path): Part | undefined {
    const node = nodeAt(this.tree, path)
    return node && { node, path }
  }

  /**
   * The part that a `$ref` leads to, within this document (RFC 6901 pointer in a fragment); the part itself where it
   * has none. Other documents aren't read: undefined, and a mistake.
   */
  resolved(part: Part): Part | undefined {
    const passed = new Set<Tree>()
    let here = part
    for (;;) {
      const reference = textAt(here.node, '$ref')
      if (reference === undefined) return here
      const at = [...here.path, '$ref']
      if (passed.has(here.node)) return this.wrong(at, 'this reference leads back to itself')
      passed.add(here.node)
      if (!reference.startsWith('#/'))
        return this.wrong(at, `${quoted(reference)} is another document, which isn't read`)
      const target = this.part(pathOfPointer(this.tree, reference.slice(2)))
      if (target === undefined) return this.wrong(at, `${quoted(reference)} leads nowhere`)
      here = target
    }
  }
}

function pathOfPointer(tree: Tree, pointer: string): Path {
  const path: (string | number)[] = []
  for (const token of pointer.split('/')) {
    const key = percentDecoded(token).replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(nodeAt(tree, path)?.kind === 'list' && /^\d+$/.test(key) ? Number(key) : key)
  }
  return path
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function textAt(node: Tree | undefined, key: string): string | undefined {
  const child = node?.kind === 'map' ? node.entries.get(key)?.value : undefined
  return child?.kind === 'scalar' && typeof child.value === 'string' ? child.value : undefined
}
