import type { Method, Rule } from '@sallyport/core'
import { isReading, type StagePorts } from '@sallyport/stages'
import { pathText } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import { leavesOf } from './identify-checks.ts'
import type { Compiled } from './operations.ts'

/**
 * What a browser adds to calls by itself, whichever page makes them. A magic token is none: as a password it is refused to pages of other
 * origins anyway.
 */
function ambientIn({ kind, places }: Method): string | undefined {
  if (kind === 'magicToken') return undefined
  const place = places.find(place => place.in === 'cookie' || (place.in === 'header' && place.scheme === 'basic'))
  if (place === undefined) return undefined
  return place.in === 'cookie' ? `a cookie (${place.name})` : 'a password (Basic)'
}

const isOff = ({ config }: Rule<StagePorts, unknown>) => config === 'off'

/** An `off` that changes nothing, for rules add up. */
function checkOff({ operation, path }: Compiled, work: Compilation): void {
  const rules = operation.inspect.filter(({ kind }) => kind === 'csrf')
  const [off, on] = [rules.findLast(isOff), rules.find(rule => !isOff(rule))]
  if (off === undefined || on === undefined || rules.indexOf(off) < rules.indexOf(on)) return
  work.mistake(
    path,
    `csrf: off changes nothing for ${operation.id}, for csrf is inherited; without: [csrf] takes it away`,
  )
}

/** Operations that one place speaks for, whose callers may be known by what a browser adds. */
interface Unguarded {
  readonly one: Compiled
  readonly by: string
  more: number
}

/** Whoever is known by what a browser adds by itself can be made to call by any page: that has to be seen to, or said not to matter. */
export function checkCsrf(compiled: readonly Compiled[], probe: StagePorts, work: Compilation): void {
  if (work.mistakes.length > 0) return
  const known = new Map<Rule<StagePorts, Method>, string | undefined>()
  const ambientBy = (rule: Rule<StagePorts, Method>) => {
    if (!known.has(rule)) known.set(rule, ambientIn(rule.create(probe, rule)))
    return known.get(rule)
  }
  const unguarded = new Map<string, Unguarded>()
  for (const one of compiled) {
    const { operation, path } = one
    checkOff(one, work)
    if (isReading(operation.method) || operation.inspect.some(({ kind }) => kind === 'csrf')) continue
    const by = leavesOf(operation.identify)
      .map(ambientBy)
      .find(place => place !== undefined)
    if (by === undefined) continue
    const others = unguarded.get(pathText(path))
    if (others === undefined) unguarded.set(pathText(path), { one, by, more: 0 })
    else others.more++
  }
  for (const { one, by, more } of unguarded.values()) {
    const which = one.operation.id + (more === 0 ? '' : ` and ${more} more`)
    const why = `callers of ${which} may be known by ${by}, which browsers add to calls of any page`
    work.mistake(one.path, `${why}: say inspect: { csrf: true }, or { csrf: off } where no browser calls`)
  }
}
