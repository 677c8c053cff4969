import { connections, load, type Requests, type Seen } from './load.ts'
import { emptyLog } from './processes.ts'
import { coreTimes, memoryUsed, processorUsed } from './processor.ts'
import type { Route, Server } from './servers/server.ts'

/** One window of load on one server. */
export interface Window extends Seen {
  /** Microseconds of processor that the server used in it. */
  readonly processor: number
  /** The share of the window in which the load's own core had nothing to do: near none means that the load held us up. */
  readonly idle: number
}

/** A server's windows, one a cycle; undefined where one was thrown away. */
export interface Series {
  readonly server: Server
  readonly windows: readonly (Window | undefined)[]
  /** Resident bytes after its last window. */
  readonly memory: number
}

export interface Plan {
  readonly servers: readonly Server[]
  readonly route: Route
  readonly requestsFor: (server: Server) => Requests
  readonly windows: number
  /** Of the load and the backend. */
  readonly core: number
  /** Cycles before those that count, for just-in-time compilers and caches. */
  readonly warmUp: number
}

const seconds = 1

/** Bytes: less than half of the shortest line that any server here writes, so that a line still buffered is no fault. */
const shortestLine = 50

/** One window; undefined where a call failed or the requests didn't suffice. */
async function window(plan: Plan, server: Server, cycle: number): Promise<Window | undefined> {
  const { core, route } = plan
  const requests = plan.requestsFor(server)
  const { perWindow } = requests
  const from = perWindow === undefined ? 0 : cycle * perWindow
  const before = { core: coreTimes(core), processor: processorUsed(server.pid) }
  const { port } = server.routes[route]
  const seen = await load({ core, port, requests, from, count: perWindow ?? requests.count, seconds })
  const after = { core: coreTimes(core), processor: processorUsed(server.pid) }
  const { log } = server
  if (log !== undefined && emptyLog(log) < seen.calls * shortestLine)
    throw new Error(`${server.name} doesn't log every call`)
  if (seen.failed > 0 || seen.calls === 0 || seen.calls + connections > (perWindow ?? Number.POSITIVE_INFINITY))
    return undefined
  const idle = (after.core.idle - before.core.idle) / (after.core.total - before.core.total)
  return { ...seen, processor: after.processor - before.processor, idle }
}

/** Loads the servers in turn, a window each, over and over; each cycle begins with another server. */
export async function measure(plan: Plan): Promise<readonly Series[]> {
  const windows = new Map<Server, (Window | undefined)[]>(plan.servers.map(server => [server, []]))
  for (let cycle = 0; cycle < plan.warmUp + plan.windows; cycle++) {
    const turn = cycle % plan.servers.length
    for (const server of [...plan.servers.slice(turn), ...plan.servers.slice(0, turn)]) {
      const found = await window(plan, server, cycle)
      if (cycle >= plan.warmUp) windows.get(server)?.push(found)
    }
  }
  return plan.servers.map(server => ({ server, windows: windows.get(server) ?? [], memory: memoryUsed(server.pid) }))
}

/** Undefined of nothing. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  return below === undefined || above === undefined ? undefined : (below + above) / 2
}

type Figure = (window: Window) => number

export function medianOf({ windows }: Series, figure: Figure): number | undefined {
  return median(windows.flatMap(each => (each === undefined ? [] : [figure(each)])))
}

type Compare = (ours: number, peer: number) => number

/** The median of what is between two servers within each cycle: what slows the machine for a while slows both. */
function medianBetween(ours: Series, peer: Series, figure: Figure, compare: Compare): number | undefined {
  const compared = ours.windows.map((window, cycle) => {
    const other = peer.windows[cycle]
    return window === undefined || other === undefined ? undefined : compare(figure(window), figure(other))
  })
  return median(compared.filter(each => each !== undefined))
}

export const medianRatio = (ours: Series, peer: Series, figure: Figure): number | undefined =>
  medianBetween(ours, peer, figure, (a, b) => a / b)

export const medianDifference = (ours: Series, peer: Series, figure: Figure): number | undefined =>
  medianBetween(ours, peer, figure, (a, b) => a - b)
