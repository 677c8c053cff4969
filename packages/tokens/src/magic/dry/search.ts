import type { Standing, Walker } from './walker.ts'

/** One entry of a permission, for the paths that it speaks of. */
export interface DryEntry {
  readonly walker: Walker
  /** What must hold besides, in words; none where the path is enough. */
  readonly conditions: readonly string[]
}

/** What a token says of an operation's paths: of all, of some, of none; or more work than it is worth to find out. */
export interface Outcome {
  readonly verdict: 'allowed' | 'partly' | 'denied' | 'unclear'
  /** A path that is permitted, where there is one, and under which conditions. */
  readonly example: string | undefined
  readonly conditions: readonly string[]
}

export const denied: Outcome = { verdict: 'denied', example: undefined, conditions: [] }

interface Node {
  readonly path: string
  readonly operation: Standing
  /** By part, then by entry. */
  readonly parts: readonly (readonly Standing[])[]
}

const nodesMax = 20_000

/** What may stand in a path, the most readable first. */
const characters = [...'xXabcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ0123456789/-._~:@!$&\'()*+,=%;"<>[\\]^`{|}']

/** One character of each sort that the patterns tell apart. */
function sorts(walkers: readonly Walker[]): readonly string[] {
  const first = new Map<string, string>()
  for (const character of characters) {
    const likeness = walkers.map(walker => walker.likeness(character)).join(' ')
    if (!first.has(likeness)) first.set(likeness, character)
  }
  return [...first.values()]
}

const keyOf = ({ operation, parts }: Node) => [operation, ...parts.flat()].map(({ id }) => id).join()

/**
 * Looks through the paths of an operation, the shortest first, for one that every part of a token permits, and for one that some part
 * doesn't permit by the path alone.
 */
export function search(operation: Walker, parts: readonly (readonly DryEntry[])[]): Outcome {
  const alphabet = sorts([operation, ...parts.flat().map(({ walker }) => walker)])
  const start = {
    path: '',
    operation: operation.start(),
    parts: parts.map(part => part.map(one => one.walker.start())),
  }
  const queue: Node[] = [start]
  const seen = new Set([keyOf(start)])
  let example: Node | undefined
  let isWhole = true
  const accepted = ({ parts: standings }: Node, at: number) =>
    (parts[at] ?? []).filter((_, i) => standings[at]?.[i]?.accepts === true)
  const look = (node: Node) => {
    if (node.parts.some(standings => standings.every(({ isDead }) => isDead))) isWhole = false
    if (!node.operation.accepts) return
    const permitting = parts.map((_, at) => accepted(node, at))
    if (permitting.every(entries => entries.length > 0)) example ??= node
    if (!permitting.every(entries => entries.some(({ conditions }) => conditions.length === 0))) isWhole = false
  }
  for (const node of queue) {
    look(node)
    if (example !== undefined && !isWhole) break
    if (seen.size > nodesMax) return { verdict: 'unclear', example: undefined, conditions: [] }
    if (node.parts.some(standings => standings.every(({ isDead }) => isDead))) continue
    for (const character of alphabet) {
      const next = {
        path: node.path + character,
        operation: node.operation.after(character),
        parts: node.parts.map(standings => standings.map(standing => standing.after(character))),
      }
      if (next.operation.isDead || seen.has(keyOf(next))) continue
      seen.add(keyOf(next))
      queue.push(next)
    }
  }
  if (example === undefined) return denied
  const found = example
  const conditions = isWhole ? [] : parts.flatMap((_, at) => conditionsOf(accepted(found, at)))
  return { verdict: isWhole ? 'allowed' : 'partly', example: found.path, conditions }
}

/** None where one entry asks for nothing more than the path. */
function conditionsOf(entries: readonly DryEntry[]): readonly string[] {
  if (entries.some(({ conditions }) => conditions.length === 0)) return []
  return [entries.map(({ conditions }) => conditions.join(' and ')).join(', or ')]
}
