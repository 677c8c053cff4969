import type { Guard } from '@sallyport/core'
import {
  type Bound,
  inspectKinds,
  type Kind,
  type OnTrial,
  protectKinds,
  settingsFor,
  type Triable,
  trialOf,
  trialTerms,
  tried,
  type Written,
} from '@sallyport/stages'
import { z } from 'zod'
import { declared } from './declared.ts'

/** Rules by their kinds; those that are maps may be tried by `mode: 'shadow'`, all of them in `shadow`. */
type Section<Kinds> = { readonly [Name in keyof Kinds]: Triable<Kinds[Name]> } & {
  readonly shadow?: (Kinds & Omit<OnTrial, 'mode'>) | undefined
}

/** Rules of inspect by their kinds, as in sallyport.yaml. */
export type Inspect = Section<Written<typeof inspectKinds>>
/** Rules of protect by their kinds, as in sallyport.yaml. */
export type Protect = Section<Written<typeof protectKinds>>

type Table = Readonly<Record<string, Kind<Guard>>>

/** A section as rules, in the order of its stage's table. Throws TypeError for a kind that there isn't, or that needs files or a document. */
function rulesIn(
  stage: string,
  table: Table,
  section: object,
  settingsOf: (kind: Kind<Guard>, written: unknown) => z.ZodType<Bound<Guard>>,
): Bound<Guard>[] {
  const written = new Map<string, unknown>(Object.entries(section).filter(([, settings]) => settings !== undefined))
  const unknown = [...written.keys()].find(name => !Object.hasOwn(table, name))
  if (unknown !== undefined) throw new TypeError(`${stage}.${unknown}: is none of ${Object.keys(table).join(', ')}`)
  return Object.entries(table).flatMap(([name, kind]) => {
    if (!written.has(name)) return []
    const bound = declared(`${stage}.${name}`, settingsOf(kind, written.get(name)), written.get(name))
    if (bound.unread !== undefined && bound.unread.files.length > 0)
      throw new TypeError(`${stage}.${name}: reads files, which the gateway does and an application doesn't`)
    if (bound.described !== undefined)
      throw new TypeError(`${stage}.${name}: judges by an OpenAPI document; here params, query, body and response do`)
    return [bound]
  })
}

const shadowTerms = z.object(trialTerms)
const sections = z.looseObject({ shadow: z.looseObject({}).optional() })

/** Those that are tried in `shadow` come after the others. */
function rulesOf(stage: string, table: Table, written: object): Bound<Guard>[] {
  const { shadow, ...section } = declared(stage, sections, written)
  const enforced = rulesIn(stage, table, section, ({ settings }, each) => settingsFor(settings, each))
  if (shadow === undefined) return enforced
  const trial = trialOf(declared(`${stage}.shadow`, shadowTerms, shadow), true)
  const { until: _, share: __, ...rules } = shadow
  return [
    ...enforced,
    ...rulesIn(`${stage}.shadow`, table, rules, ({ settings }) => settings).map(rule => tried(rule, trial)),
  ]
}

export const inspectRules = (section: Inspect = {}): Bound<Guard>[] => rulesOf('inspect', inspectKinds, section)
export const protectRules = (section: Protect = {}): Bound<Guard>[] => rulesOf('protect', protectKinds, section)
