import type { Machine } from './machine.ts'
import { medianOf, medianRatio, type Series, type Window } from './measure.ts'

/** One row for machines: what we and a peer were measured at, and ours ÷ peer. Null where one of them was left out. */
export interface Measurement {
  readonly name: string
  readonly ours: number | null
  readonly peer: number | null
  readonly ratio: number | null
  readonly unit: string
  readonly goal?: string
  readonly met?: boolean | null
  readonly on: Machine & { readonly ours: string | null; readonly peer: string; readonly windows: number }
}

/** A ratio that a measurement should reach, or not go beyond. */
export interface Goal {
  readonly peer: string
  readonly metric: Metric['name']
  readonly atLeast?: number
  readonly atMost?: number
}

/** Servers under one kind of load. `ours` is the name of the one that the others are compared with. */
export interface Result {
  readonly name: string
  readonly title: string
  readonly ours: string
  readonly series: readonly Series[]
  readonly goals: readonly Goal[]
}

interface Metric {
  readonly name: 'throughput' | 'p50' | 'p99' | 'processor' | 'idle'
  readonly unit: string
  readonly digits: number
  readonly of: (window: Window) => number
}

/** Microseconds of processor a call. */
export const processorOf: Metric['of'] = each => each.processor / each.calls

const metrics: readonly Metric[] = [
  { name: 'throughput', unit: 'calls/s', digits: 0, of: each => (each.calls / each.microseconds) * 1e6 },
  { name: 'p50', unit: 'ms', digits: 2, of: each => each.p50 / 1000 },
  { name: 'p99', unit: 'ms', digits: 2, of: each => each.p99 / 1000 },
  { name: 'processor', unit: 'µs/call', digits: 1, of: processorOf },
  { name: 'idle', unit: '% of the load’s core', digits: 0, of: each => each.idle * 100 },
]

/** Per cent of the load's core. With less than that to spare it may have held a server up. */
const leastIdle = 5

const round = (value: number | undefined, digits: number) =>
  value === undefined ? null : Number(value.toFixed(digits))
const kept = ({ windows }: Series) => windows.filter(each => each !== undefined).length

function goalOf(goals: readonly Goal[], peer: Series, metric: string, ratio: number | null) {
  const goal = goals.find(each => each.peer === peer.server.name && each.metric === metric)
  if (goal === undefined) return undefined
  const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = goal
  const met = ratio === null ? null : ratio >= atLeast && ratio <= atMost
  return { goal: goal.atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`, met }
}

/** One object a measurement. */
export function measurements(
  { name, ours: oursName, series, goals }: Result,
  machine: Machine,
): readonly Measurement[] {
  const ours = series.find(each => each.server.name === oursName)
  const peers = series.filter(each => each !== ours)
  return peers.flatMap(peer => {
    const on = { ...machine, ours: ours?.server.version ?? null, peer: peer.server.version, windows: kept(peer) }
    const byWindow = metrics.map(({ name: metric, unit, digits, of }) => {
      const ratio = round(ours && medianRatio(ours, peer, of), 3)
      const figures = {
        ours: round(ours && medianOf(ours, of), digits),
        peer: round(medianOf(peer, of), digits),
        ratio,
      }
      return {
        name: `${name}/${metric}/${peer.server.name}`,
        ...figures,
        unit,
        ...goalOf(goals, peer, metric, ratio),
        on,
      }
    })
    const [mine, theirs] = [ours && ours.memory / 2 ** 20, peer.memory / 2 ** 20]
    const memory = { ours: round(mine, 0), peer: round(theirs, 0), ratio: round(mine && mine / theirs, 3), unit: 'MiB' }
    return [...byWindow, { name: `${name}/memory/${peer.server.name}`, ...memory, on }]
  })
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(12))).join('')
}

/** The same for people: a row a server, then what the goals say. */
export function table(result: Result, machine: Machine): string {
  const { title, series, ours: oursName } = result
  const ours = series.find(each => each.server.name === oursName)
  const cell = (value: number | undefined, digits: number) => (value === undefined ? '-' : value.toFixed(digits))
  const rows = series.map(each => {
    const ratio = ours === undefined || each === ours ? undefined : medianRatio(ours, each, metricOf('throughput').of)
    const figures = metrics.map(({ of, digits }) => cell(medianOf(each, of), digits))
    const windows = `${kept(each)}/${each.windows.length}`
    return line([each.server.name, ...figures, cell(each.memory / 2 ** 20, 0), windows, cell(ratio, 2)])
  })
  const head = line(['server', 'calls/s', 'p50 ms', 'p99 ms', 'µs/call', 'load idle %', 'MiB', 'windows', 'we ÷ it'])
  const goals = measurements(result, machine).filter(each => each.goal !== undefined)
  const verdict = (met: boolean | null | undefined) => (met ? 'met' : met === false ? 'MISSED' : 'not measured')
  const told = goals.map(({ name, goal, ratio, met }) => `  ${name}: ${ratio ?? '-'}, goal ${goal}: ${verdict(met)}`)
  const idle = Math.min(...series.map(each => medianOf(each, metricOf('idle').of) ?? 0))
  const doubt =
    idle < leastIdle ? ["  The load's core had no time to spare: throughput here is the load's, not the servers'."] : []
  return ['', title, head, ...rows, ...told, ...doubt].join('\n')
}

function metricOf(name: Metric['name']): Metric {
  const found = metrics.find(each => each.name === name)
  if (found === undefined) throw new Error(`no metric ${name}`)
  return found
}
