import type { Entry, MapNode, Place, Tree } from '../read/tree.ts'
import { scalarNode } from '../read/tree.ts'

/** An API that is made of a preset, without any file. */
export interface PresetApi {
  /** One of `presetNames`; the API's name too. */
  readonly preset: string
  /** Where it is served, where that isn't as the preset has it. */
  readonly to?: string | undefined
}

/** Where mistakes about what stands in no file point. */
const place: Place = { file: '--api', line: 1, column: 1 }

const map = (entries: Readonly<Record<string, Tree>>): MapNode => ({
  kind: 'map',
  entries: new Map(Object.entries(entries).map(([key, value]): [string, Entry] => [key, { key: place, value }])),
  place,
  replaces: false,
})

/** The configuration that says no more than these APIs. */
export function treeOfPresets(apis: readonly PresetApi[]): Tree {
  const sections = apis.map(({ preset, to }): [string, Tree] => {
    const forward = to === undefined ? {} : { forward: map({ to: scalarNode(to, place) }) }
    return [preset, map({ preset: scalarNode(preset, place), ...forward })]
  })
  return map({ sallyport: scalarNode(1, place), apis: map(Object.fromEntries(sections)) })
}
