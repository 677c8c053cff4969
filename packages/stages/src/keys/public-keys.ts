import type { Guard } from '@sallyport/core'
import { BadKey, fixedKeys, type KeySource, readKeys, readRecipientJwks } from '@sallyport/tokens'
import { type ZodType, z } from 'zod'
import type { Bound, Kind, NamedFile } from '../kind.ts'
import { type LoadedConditions, loadConditions, type PlacedCondition, wordedBy } from '../policy/conditions.ts'
import type { StagePorts } from '../ports.ts'
import { safeUrl } from './safe-url.ts'

/** Where other people's public keys are: a JSON Web Key Set that is a file, or has a URL. */
export const publicKeys = z
  .strictObject({
    file: z.string().min(1).optional(),
    // Whoever can change keys on their way here can sign, or read, in their owner's place.
    jwks: safeUrl.optional(),
  })
  .refine(({ file, jwks }) => (file === undefined) !== (jwks === undefined), 'needs one of file and jwks')

export type PublicKeys = z.output<typeof publicKeys>

/** Keys that a guard wants, and where in its settings they are named. */
export interface WantedKeys {
  readonly at: readonly (string | number)[]
  readonly keys: PublicKeys
  /** `sig`: they check signatures; `enc`: something is encrypted for them. */
  readonly use: 'sig' | 'enc'
}

function readSource(text: string, use: WantedKeys['use']): KeySource {
  try {
    return fixedKeys(use === 'enc' ? readRecipientJwks(text) : readKeys(text))
  } catch (error) {
    throw error instanceof BadKey ? new TypeError(error.message) : error
  }
}

type Source = (ports: StagePorts) => KeySource

/** The sources of the wanted keys, in their order; `texts` are those of the files among them. Throws TypeError. */
function sourcesOf(wanted: readonly WantedKeys[], texts: readonly string[]): readonly Source[] {
  const left = [...texts]
  return wanted.map(({ keys, use }): Source => {
    const { jwks } = keys
    if (jwks !== undefined) return ports => ports.keysAt({ jwksUrl: jwks, ...(use === 'enc' && { use }) })
    const source = readSource(left.shift() ?? '', use)
    return () => source
  })
}

interface Definition<Settings extends ZodType> {
  readonly kind: string
  readonly settings: Settings
  label(config: z.output<Settings>): string
  wanted(config: z.output<Settings>): readonly WantedKeys[]
  /** Conditions that stand in the settings. */
  conditions?(config: z.output<Settings>): readonly PlacedCondition[]
  /** `sources` are those of the wanted keys, in their order. */
  create(
    config: z.output<Settings>,
    ports: StagePorts,
    rule: { readonly owner: string; readonly name: string },
    sources: readonly KeySource[],
    conditions: LoadedConditions,
  ): Guard
}

/** Declares a kind of guard that needs other people's public keys. */
export function keyedKind<Settings extends ZodType>(definition: Definition<Settings>): Kind<Guard> {
  const bound = (config: z.output<Settings>): Bound<Guard> => {
    const wanted = definition.wanted(config)
    const files = wanted.flatMap(({ at, keys }): NamedFile[] =>
      keys.file === undefined ? [] : [{ at: [...at, 'file'], file: keys.file, as: 'text' }],
    )
    const made =
      (sources: readonly Source[], conditions: LoadedConditions): Bound<Guard>['create'] =>
      (ports, rule) => ({
        ...definition.create(
          config,
          ports,
          rule,
          sources.map(source => source(ports)),
          conditions,
        ),
        ...wordedBy(conditions),
      })
    const named = { kind: definition.kind, label: definition.label(config), config }
    const placed = definition.conditions?.(config) ?? []
    if (files.length === 0 && placed.length === 0) return { ...named, create: made(sourcesOf(wanted, []), new Map()) }
    return {
      ...named,
      create() {
        throw new TypeError('the keys were not read')
      },
      unread: {
        files,
        async bind(read) {
          const texts = read.map(({ content }) => String(content))
          return made(sourcesOf(wanted, texts), await loadConditions(placed))
        },
      },
    }
  }
  return { settings: definition.settings.transform(bound) }
}
