import type { PolicyChange, TimeWindow } from '@sallyport/core'
import { IpRange } from '../extensions/ip.ts'
import { addressesAt } from '../extensions/ip-bounds.ts'
import { termsOf } from '../logic/terms.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import { addressText, valueText } from '../values/value-text.ts'
import { allChanged, type Change } from './change.ts'
import type { Setting } from './found-slot.ts'
import type { Passes } from './missing.ts'
import type { Condition } from './report.ts'
import { dayMs, momentOf, timeTerms } from './times.ts'

/** What it takes to tell how much of what was found would do. */
export interface Teller {
  readonly setting: Setting
  readonly passes: Passes
  /** Whose clock policies read. */
  readonly zone: string
  /** All that a call of this kind is judged by. */
  readonly conditions: readonly Condition[]
  /** That may be asked for a week of one set. */
  readonly questions: number
}

const hourMs = 3_600_000
const minuteMs = 60_000

const termsIn = ({ conditions }: Teller) => conditions.map(({ literal }) => termsOf(literal.json))

/** Whether a call would pass with these changes, one of them another. */
const wouldPass = (changes: readonly Change[], instead: Change, { setting, passes }: Teller): boolean => {
  const others = changes.map(change => (change.kind === instead.kind ? instead : change))
  const question = allChanged(setting.question, others, setting.clock)
  return question !== undefined && passes(question)
}

function clockText(ofDay: number): string {
  const two = (count: number) => String(Math.floor(count)).padStart(2, '0')
  const rest = ofDay % minuteMs
  const text = `${two(ofDay / hourMs)}:${two((ofDay % hourMs) / minuteMs)}`
  return rest === 0 ? text : `${text}:${(rest / 1000).toFixed(3).padStart(6, '0')}`
}

/** Times of a day at which what conditions say may change. */
function edgesOf(teller: Teller): readonly number[] {
  const { ofDay = [], minutes = false } = timeTerms(termsIn(teller)) ?? {}
  const step = minutes ? minuteMs : hourMs
  const steps = Array.from({ length: dayMs / step }, (_, i) => i * step)
  return [...new Set([...steps, ...ofDay])].sort((a, b) => a - b)
}

/** Stretches of one day in which a call would pass. */
function stretchesOf(day: number, at: number, changes: readonly Change[], edges: readonly number[], teller: Teller) {
  const { clock } = teller.setting
  const stretches: { readonly from: number; to: number }[] = []
  for (const [i, edge] of edges.entries()) {
    const end = edges[i + 1] ?? dayMs
    const both = [edge, end - 1].map(time => momentOf(clock, at, day, time))
    if (!both.every(moment => wouldPass(changes, { kind: 'time', at: moment }, teller))) continue
    const last = stretches.at(-1)
    if (last?.to === edge) last.to = end
    else stretches.push({ from: edge, to: end })
  }
  return stretches
}

/** When in a week the call would pass. */
function windowsOf(at: number, changes: readonly Change[], teller: Teller): TimeWindow[] {
  const edges = edgesOf(teller)
  if (edges.length * 14 > teller.questions) return []
  const windows = new Map<string, TimeWindow>()
  for (let day = 0; day < 7; day++) {
    const weekday = teller.setting.clock(momentOf(teller.setting.clock, at, day, dayMs / 2)).get('weekday')
    for (const { from, to } of stretchesOf(day, at, changes, edges, teller)) {
      const key = `${from} ${to}`
      const window = windows.get(key) ?? { weekdays: [], from: clockText(from), to: clockText(to) }
      windows.set(key, { ...window, weekdays: [...window.weekdays, Number(weekday)].sort() })
    }
  }
  return [...windows.values()]
}

function timeTold(at: number, changes: readonly Change[], teller: Teller): PolicyChange {
  const dated = timeTerms(termsIn(teller))?.dates === true
  const windows = dated ? [] : windowsOf(at, changes, teller)
  return { kind: 'time', at: new Date(at).toISOString(), zone: teller.zone, windows }
}

/** The widest range that a condition names from which the call would pass: nothing else that is named lies within. */
function addressTold(value: IpRange, changes: readonly Change[], teller: Teller): PolicyChange {
  const ranges = termsIn(teller)
    .flatMap(({ constants }) => constants)
    .filter(constant => constant instanceof IpRange)
  const cuts = (a: IpRange, b: IpRange) => a.version === b.version && a !== b && b.prefix > a.prefix && b.isInRange(a)
  const all = ranges
    .filter(range => value.isInRange(range) && !ranges.some(other => cuts(range, other)))
    .filter(range =>
      addressesAt(range).within.every(address => wouldPass(changes, { kind: 'address', value: address }, teller)),
    )
    .toSorted((a, b) => a.prefix - b.prefix)
  const [widest = value] = all
  return { kind: 'address', value: addressText(widest) }
}

function valueTold(value: Value | undefined) {
  if (value === undefined) return null
  if (value instanceof ValueSet) return value.values.map(each => (typeof each === 'string' ? each : valueText(each)))
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : valueText(value)
}

function changeTold(change: Change, changes: readonly Change[], teller: Teller): PolicyChange {
  switch (change.kind) {
    case 'scope':
    case 'role':
    case 'group':
    case 'credential':
      return change
    case 'claim':
    case 'header':
    case 'query':
    case 'parameter':
      return { kind: change.kind, name: change.name, value: valueTold(change.value) }
    case 'country':
      return { kind: 'country', value: typeof change.value === 'string' ? change.value : null }
    case 'address':
      return addressTold(change.value, changes, teller)
    case 'time':
      return timeTold(change.at, changes, teller)
    case 'caller':
      return {
        kind: 'caller',
        value: change.id === undefined ? change.type : valueText(new EntityUid(change.type, change.id)),
      }
  }
}

/** A set of changes as it is told. */
export const told = (changes: readonly Change[], teller: Teller): PolicyChange[] =>
  changes.map(change => changeTold(change, changes, teller))
