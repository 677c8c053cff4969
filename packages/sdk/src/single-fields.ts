import { leavesOf } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Rules } from './api.ts'

/** Fields that hold one value without a comma: Host, and wherever a credential stands at any level. */
export function singleFields(levels: readonly Rules[], ports: StagePorts): ReadonlySet<string> {
  const methods = levels.flatMap(({ identify }) => (identify === undefined ? [] : leavesOf(identify)))
  const places = methods.flatMap(({ bound }) => bound.create(ports, { owner: '', name: bound.kind }).places)
  return new Set(['host', 'authorization', ...places.flatMap(place => (place.in === 'header' ? [place.name] : []))])
}
