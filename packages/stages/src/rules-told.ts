import type { Destination, Operation, Rule } from '@sallyport/core'
import { identifyLabel } from './identify/identification.ts'
import type { StagePorts } from './ports.ts'

const told = (rules: readonly Rule<StagePorts, unknown>[], tried: readonly Rule<StagePorts, unknown>[] = []) =>
  [...rules, ...tried].map(({ name, label }) => `${name}: ${label}`)

/** What is kept of an upstream's answers beside what it says itself. */
function cacheTold(destination: Destination): string[] {
  const cache = 'upstream' in destination ? destination.upstream.cache : undefined
  if (cache === undefined) return []
  return [
    `cache: what the upstream lets be kept${cache.ttlMs === undefined ? '' : `, and ${cache.ttlMs / 1000} s where it says nothing`}`,
  ]
}

/** Stage by stage the names and labels of an operation's rules, as records and lists show them; stages without are left out. */
export function rulesTold(operation: Operation<StagePorts>): Record<string, string[]> {
  const { admit, admitLimit, identify, authorize, limit, inspect, protect, tried } = operation
  const lists = {
    admit: [...told(admit), ...told(admitLimit)],
    identify: [identifyLabel(identify)],
    authorize: told(authorize, tried?.authorize),
    limit: told(limit, tried?.limit),
    inspect: told(inspect, tried?.inspect),
    forward: cacheTold(operation.destination),
    protect: told(protect, tried?.protect),
  }
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0))
}
