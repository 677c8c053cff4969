import { nearest } from '@sallyport/core'
import { mergeTrees } from '../read/merge.ts'
import { type Mistake, mistakeAt } from '../read/mistake.ts'
import { type Entry, type MapNode, nodeAt, quoted, scalarNode, type Tree } from '../read/tree.ts'
import { presetNames, readPresetApi } from './read.ts'

/** Of these the nearest wins whole: a part of the preset's beside a part of one's own would mean neither. */
const wholeSections: readonly string[] = ['identify', 'authorize']

const without = (map: MapNode, keys: readonly string[]): MapNode => ({
  ...map,
  entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))),
})

/** The preset's section with one's own keys over it, below a path of the API's own name unless the preset has another. */
async function filled(name: string, own: MapNode, preset: string): Promise<Tree> {
  const api = await readPresetApi(preset)
  const path = { key: own.place, value: scalarNode(`/${name}`, own.place) }
  const base: MapNode = { ...own, entries: new Map([['path', path], ...api.entries]) }
  return mergeTrees(
    without(
      base,
      wholeSections.filter(key => own.entries.has(key)),
    ),
    own,
  )
}

/** The API filled in, or what is wrong with the preset that it names. */
async function apply(tree: Tree, name: string, own: MapNode, preset: string): Promise<Tree | Mistake> {
  const at = ['apis', name, 'preset']
  if (!presetNames.includes(preset)) {
    const near = nearest(preset, presetNames)
    return mistakeAt(tree, at, `there is no preset ${quoted(preset)}`, { allowed: presetNames, nearest: near })
  }
  const api = await filled(name, own, preset)
  if (nodeAt(api, ['forward', 'to']) !== undefined || nodeAt(api, ['forward'])?.kind !== 'map') return api
  return mistakeAt(tree, at, `where ${preset} runs is yours to say: forward.to, or --to URL beside --api`)
}

export interface Applied {
  readonly tree: Tree
  readonly mistakes: readonly Mistake[]
}

/** Fills every API that names a preset with what the preset says; its own keys win. */
export async function applyPresets(tree: Tree): Promise<Applied> {
  const apis = nodeAt(tree, ['apis'])
  if (tree.kind !== 'map' || apis?.kind !== 'map') return { tree, mistakes: [] }
  const entries = new Map<string, Entry>(apis.entries)
  const mistakes: Mistake[] = []
  for (const [name, { key, value }] of apis.entries) {
    const preset = nodeAt(value, ['preset'])
    if (value.kind !== 'map' || preset?.kind !== 'scalar' || typeof preset.value !== 'string') continue
    const applied = await apply(tree, name, value, preset.value)
    if ('kind' in applied) entries.set(name, { key, value: applied })
    else mistakes.push(applied)
  }
  const key = tree.entries.get('apis')?.key ?? apis.place
  const all = new Map([...tree.entries, ['apis', { key, value: { ...apis, entries } }] as const])
  return { tree: { ...tree, entries: all }, mistakes }
}
