import type { Guard } from '@sallyport/core'
import { type Bound, inspectKinds, type Kind, protectKinds, type Written } from '@sallyport/stages'
import { declared } from './declared.ts'

/** Rules of inspect by their kinds, as in sallyport.yaml. */
export type Inspect = Written<typeof inspectKinds>
/** Rules of protect by their kinds, as in sallyport.yaml. */
export type Protect = Written<typeof protectKinds>

/** A section as rules, in the order of its stage's table. Throws TypeError for a kind that there isn't, or that needs files or a document. */
function rulesOf(stage: string, table: Readonly<Record<string, Kind<Guard>>>, section: object): Bound<Guard>[] {
  const written = new Map<string, unknown>(Object.entries(section).filter(([, settings]) => settings !== undefined))
  const unknown = [...written.keys()].find(name => !Object.hasOwn(table, name))
  if (unknown !== undefined) throw new TypeError(`${stage}.${unknown}: is none of ${Object.keys(table).join(', ')}`)
  return Object.entries(table).flatMap(([name, kind]) => {
    if (!written.has(name)) return []
    const bound = declared(`${stage}.${name}`, kind.settings, written.get(name))
    if (bound.unread !== undefined && bound.unread.files.length > 0)
      throw new TypeError(`${stage}.${name}: reads files, which the gateway does and an application doesn't`)
    if (bound.described !== undefined)
      throw new TypeError(`${stage}.${name}: judges by an OpenAPI document; here params, query, body and response do`)
    return [bound]
  })
}

export const inspectRules = (section: Inspect = {}): Bound<Guard>[] => rulesOf('inspect', inspectKinds, section)
export const protectRules = (section: Protect = {}): Bound<Guard>[] => rulesOf('protect', protectKinds, section)
