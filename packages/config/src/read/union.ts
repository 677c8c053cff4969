import { keysOf, kindOf, optionsOf, type Schema, schemasAt, valuesOf } from './introspect.ts'
import { plainValue } from './plain.ts'
import type { MapNode, Tree } from './tree.ts'

/** A discriminator that agrees or disagrees outweighs any number of other keys. */
const decisive = 1000
/** A map that has no key of a schema's is not for it, whatever its keys may hold for others. */
const disjoint = -1_000_000

/**
 * How well the input looks like what the schema is for: undefined where it is of another kind, else the more the
 * better: keys in common, listed values that agree.
 */
export function likeness(schema: Schema, node: Tree): number | undefined {
  const scores = optionsOf(schema).map(option => scoreOf(option, node))
  return scores.reduce((best, score) => (best === undefined || (score ?? best) > best ? score : best), undefined)
}

function scoreOf(option: Schema, node: Tree): number | undefined {
  const kind = kindOf(option)
  if (kind === 'any') return 0
  if (kind !== node.kind) return undefined
  if (node.kind === 'map') return mapScore(option, node)
  if (node.kind === 'list') return listScore(option, node.items[0])
  return valuesOf(option)?.includes(plainValue(node)) ? decisive : 0
}

function mapScore(option: Schema, node: MapNode): number {
  const keys = new Set(keysOf(option))
  if (keys.size === 0) return 0
  if ([...node.entries.keys()].every(key => !keys.has(key))) return disjoint
  let score = 0
  for (const [key, { value }] of node.entries) score += keys.has(key) ? 2 + discriminatorScore(option, key, value) : -1
  return score
}

/** A key with one listed value tells schemas apart; one with several is a setting, which may be misspelt. */
function discriminatorScore(option: Schema, key: string, value: Tree): number {
  const listed = schemasAt(option, [key]).flatMap(optionsOf).map(valuesOf)
  const [only, ...others] = listed.includes(undefined) ? [] : listed.flat()
  if (only === undefined || others.length > 0) return 0
  return only === plainValue(value) ? decisive : -decisive
}

function listScore(option: Schema, first: Tree | undefined): number {
  if (first === undefined) return 0
  const scores = schemasAt(option, [0]).map(element => likeness(element, first))
  return Math.max(...scores.map(score => (score === undefined ? -1 : Math.min(score, 1))), -1)
}

/** The branch that the input was evidently meant for: the likest, of several the one with the least to put right. */
export function branchMeant(
  branches: readonly Schema[],
  errors: readonly (readonly unknown[])[],
  node: Tree,
): number | undefined {
  let best: { index: number; score: number; mistakes: number } | undefined
  for (const [index, branch] of branches.entries()) {
    const score = likeness(branch, node)
    const mistakes = errors[index]?.length ?? 0
    if (score === undefined) continue
    if (best === undefined || score > best.score || (score === best.score && mistakes < best.mistakes)) {
      best = { index, score, mistakes }
    }
  }
  return best?.index
}

/** Whether a map may be meant for this option: it has a key of it, or the option doesn't name its keys. */
export function mayBeFor(option: Schema, node: MapNode): boolean {
  if (likeness(option, node) === undefined) return false
  const keys = keysOf(option)
  return keys.length === 0 || keys.some(key => node.entries.has(key))
}
