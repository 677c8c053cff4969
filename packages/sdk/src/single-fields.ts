import { leavesOf } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Rules } from './api.ts'

/**
 * Fields that hold one value without a comma: Host, and wherever a credential stands at any level. Authorization stays whole: what follows its
 * scheme is judged as one credential, and none has a comma.
 */
export function singleFields(levels: readonly Rules[], ports: StagePorts): ReadonlySet<string> {
  const methods = levels.flatMap(({ identify }) => (identify === undefined ? [] : leavesOf(identify)))
  const places = methods.flatMap(({ bound }) => bound.create(ports, { owner: '', name: bound.kind }).places)
  const named = places.flatMap(place => (place.in === 'header' && place.name !== 'authorization' ? [place.name] : []))
  return new Set(['host', ...named])
}
