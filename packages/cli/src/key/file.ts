import { resolve } from 'node:path'
import type { Entry, Section } from '../entries-file.ts'
import type { Options } from '../frame/command.ts'
import type { Ports } from '../frame/ports.ts'

/** The file of keys that a configuration names under `apiKeys`. */
export const keysFileOption = {
  file: { type: 'string', value: 'FILE', help: 'the keys file that apiKeys names (./keys.yaml)' },
} as const satisfies Options

export const keysSection: Section = {
  name: 'keys',
  heading: 'Hashes of API keys, written by `sallyport key`. The keys themselves stand nowhere.',
}

export const keysFile = (given: string | undefined, ports: Pick<Ports, 'cwd'>) =>
  resolve(ports.cwd, given ?? 'keys.yaml')

/** What may be shown of a key: all but its hash. */
export function shownKey(name: string, { hash: _, ...entry }: Entry): Entry {
  return { name, ...entry }
}
