import { type Method, makeOnce, type Rule } from '@sallyport/core'
import { type StagePorts, unguardedAgainstPages } from '@sallyport/stages'
import { pathText } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

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
  const make = makeOnce<StagePorts, Method>(probe)
  const unguarded = new Map<string, Unguarded>()
  for (const one of compiled) {
    checkOff(one, work)
    const by = unguardedAgainstPages(one.operation, make)
    if (by === undefined) continue
    const place = pathText(one.path)
    const others = unguarded.get(place)
    if (others === undefined) unguarded.set(place, { one, by, more: 0 })
    else others.more++
  }
  for (const { one, by, more } of unguarded.values()) {
    const which = one.operation.id + (more === 0 ? '' : ` and ${more} more`)
    const why = `callers of ${which} may be known by ${by}, which browsers add to calls of any page`
    work.mistake(one.path, `${why}: say inspect: { csrf: true }, or { csrf: off } where no browser calls`)
  }
}
