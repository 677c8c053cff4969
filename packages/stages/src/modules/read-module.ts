import type { Json } from '@sallyport/core'
import { type GuardModule, type ModuleGuard, type ModuleNeed, moduleNeeds } from './guard-module.ts'

const isNeed = (need: unknown): need is ModuleNeed => moduleNeeds.some(known => known === need)

function needsIn(exports: object): ModuleNeed[] {
  if (!('needs' in exports) || exports.needs === undefined) return []
  const { needs } = exports
  if (!Array.isArray(needs)) throw new TypeError('its export needs must be a list')
  return needs.map(need => {
    if (isNeed(need)) return need
    throw new TypeError(`it needs ${JSON.stringify(need)}, which nobody gives; there are ${moduleNeeds.join(', ')}`)
  })
}

const hooks = ['prepare', 'reply', 'done'] as const

/** That a function is there is all that can be told of it from outside. */
type Callable = (...given: readonly unknown[]) => unknown
const isCallable = (value: unknown): value is Callable => typeof value === 'function'

function isGuard(made: unknown): made is ModuleGuard {
  if (typeof made !== 'object' || made === null) throw new TypeError('its create gives no object')
  const members = new Map(Object.entries(made))
  if (!isCallable(members.get('check'))) throw new TypeError('its create gives an object without a function check')
  for (const [name, member] of members) {
    if (name !== 'check' && !hooks.some(hook => hook === name))
      throw new TypeError(`its create gives ${JSON.stringify(name)}, which nobody calls`)
    if (member !== undefined && !isCallable(member)) throw new TypeError(`its ${name} is no function`)
  }
  return true
}

/** What an ES module exports, as a guard. Throws TypeError where it isn't one; `create` does where it makes none. */
export function readModule(exports: unknown): GuardModule<Json> {
  if (typeof exports !== 'object' || exports === null) throw new TypeError('it exports nothing')
  if (!('create' in exports) || !isCallable(exports.create)) throw new TypeError('it exports no function create')
  const { create } = exports
  return {
    needs: needsIn(exports),
    create(config, ports) {
      const made = create(config, ports)
      if (!isGuard(made)) throw new TypeError('its create gives no guard')
      return made
    },
  }
}
