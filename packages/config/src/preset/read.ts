import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { checkTree } from '../read/check.ts'
import { readDocument } from '../read/document.ts'
import { formatMistake } from '../read/mistake.ts'
import type { MapNode, Tree } from '../read/tree.ts'
import { type KnownOperation, type Preset, presetFacts } from './preset.ts'

const folder = new URL('../presets/', import.meta.url)

/** The names of all presets, in the order of the alphabet. */
export const presetNames: readonly string[] = readdirSync(folder)
  .filter(file => file.endsWith('.yaml'))
  .map(file => file.slice(0, -'.yaml'.length))
  .sort()

const mapOf = (tree: Tree | undefined): MapNode => {
  if (tree?.kind === 'map') return tree
  throw new TypeError('a preset is a map with a map `api`')
}

/** The file of a preset in two: the section of the API, and all else. Throws where it is none. */
async function readParts(name: string): Promise<{ readonly api: MapNode; readonly facts: MapNode }> {
  if (!presetNames.includes(name)) throw new RangeError(`there is no preset ${name}`)
  const file = fileURLToPath(new URL(`${name}.yaml`, folder))
  const read = readDocument(await readFile(file, 'utf8'), file)
  if ('mistakes' in read) throw new TypeError(read.mistakes.map(formatMistake).join('\n'))
  const whole = mapOf(read.tree)
  const facts = new Map([...whole.entries].filter(([key]) => key !== 'api'))
  return { api: mapOf(whole.entries.get('api')?.value), facts: { ...whole, entries: facts } }
}

/** The section of an API as a preset has it. `name` is one of `presetNames`. */
export const readPresetApi = async (name: string): Promise<MapNode> => (await readParts(name)).api

/** Lines `METHOD /path/{template}`. */
async function readOperations(file: string): Promise<KnownOperation[]> {
  const lines = (await readFile(new URL(file, folder), 'utf8')).split('\n').filter(line => line !== '')
  return lines.map(line => {
    const [method = '', template = ''] = line.split(' ')
    return { method, template }
  })
}

/** What is known beside that section. `name` is one of `presetNames`. */
export async function readPreset(name: string): Promise<Preset> {
  const { facts } = await readParts(name)
  const checked = checkTree(facts, presetFacts)
  if ('mistakes' in checked) throw new TypeError(checked.mistakes.map(formatMistake).join('\n'))
  const { operations, ...told } = checked.value
  return { name, ...told, operations: operations === undefined ? undefined : await readOperations(operations) }
}
