import { type CacheUse, type CallEvent, needsPackage } from '@sallyport/core'
import type { Registry } from 'prom-client'
import { counterText, histogramText, Tally } from './tally.ts'

export interface Metrics {
  observe(event: CallEvent): void
  /** Everything in Prometheus' text format. */
  exposition(): Promise<string>
  readonly contentType: string
}

export interface MetricsOptions {
  /** How many connections of callers are open. */
  readonly connections?: (() => number) | undefined
  /** How counters stand that are shared with others. */
  readonly counters?: (() => { readonly where: string; readonly isUp: boolean; readonly missed: number }) | undefined
}

/** The series of one operation: all its calls by how they ended, what its upstream took, and what the cache did. */
interface OperationSeries {
  readonly ends: Map<string, Tally>
  readonly upstream: Tally
  readonly cache: Map<CacheUse, number>
  /** Findings by mode, rule and code, joined: how many. */
  readonly found: Map<string, { readonly labels: Readonly<Record<string, string>>; count: number }>
}

/** Series by API and operation. Looked up by texts that the routes hold already, so no key is put together for a call. */
class Series {
  readonly #apis = new Map<string, Map<string, OperationSeries>>()

  of(api: string, operation: string): OperationSeries {
    const known = this.#apis.get(api)?.get(operation)
    if (known !== undefined) return known
    const made: OperationSeries = {
      ends: new Map<string, Tally>(),
      upstream: new Tally({ api, operation }),
      cache: new Map(),
      found: new Map(),
    }
    const operations = this.#apis.get(api) ?? new Map<string, OperationSeries>()
    this.#apis.set(api, operations.set(operation, made))
    return made
  }

  all(): OperationSeries[] {
    return [...this.#apis.values()].flatMap(operations => [...operations.values()])
  }
}

/** Names of rules and codes come from the configuration and from here: there are only so many. */
function count({ found }: OperationSeries, findings: NonNullable<CallEvent['findings']>): void {
  for (const { mode = 'report', rule, code } of findings) {
    const key = JSON.stringify([mode, rule, code])
    const series = found.get(key) ?? { labels: { mode, rule, code }, count: 0 }
    series.count++
    found.set(key, series)
  }
}

const client = () => import('prom-client').catch(needsPackage('metrics', 'prom-client'))

/** What is looked at when somebody asks. */
type AddGauge = (name: string, help: string, value: () => number) => void

/** A registry that has what tells of the process, and how more is added to it. */
async function newRegistry(): Promise<{ readonly registry: Registry; readonly gauge: AddGauge }> {
  const { collectDefaultMetrics, Gauge, Registry } = await client()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge: AddGauge = (name, help, value) => {
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(value())
      },
    })
  }
  return { registry, gauge }
}

const missedText = (missed: number) =>
  counterText('sallyport_counters_missed_total', 'Questions that the shared counters gave no answer to', [[{}, missed]])

/** Counts calls by API, operation, status and outcome, and how long they and their upstreams took. Holds no caller's name. */
export async function createMetrics({ connections, counters }: MetricsOptions = {}): Promise<Metrics> {
  const { registry, gauge } = await newRegistry()
  if (connections !== undefined) gauge('sallyport_connections', 'Connections of callers that are open', connections)
  const shared = counters?.().where === 'memory' ? undefined : counters
  if (shared !== undefined)
    gauge('sallyport_counters_up', 'Whether the shared counters answer', () => Number(shared().isUp))
  const series = new Series()
  return {
    contentType: registry.contentType,
    observe(event) {
      const { api = '', operation = '', status, outcome, totalMs, upstreamMs, cache, findings } = event
      const known = series.of(api, operation)
      const key = status + outcome
      let tally = known.ends.get(key)
      if (tally === undefined) {
        tally = new Tally({ api, operation, status: String(status), outcome })
        known.ends.set(key, tally)
      }
      tally.observe(totalMs / 1000)
      if (cache !== undefined) known.cache.set(cache, (known.cache.get(cache) ?? 0) + 1)
      if (findings !== undefined) count(known, findings)
      if (upstreamMs !== undefined) known.upstream.observe(upstreamMs / 1000)
    },
    async exposition() {
      const all = series.all()
      const calls = all.flatMap(({ ends }) => [...ends.values()])
      const upstreams = all.map(({ upstream }) => upstream)
      const cached = all.flatMap(({ upstream, cache }) =>
        [...cache].map(([use, count]) => [{ ...upstream.labels, cache: use }, count] as const),
      )
      const found = all.flatMap(({ upstream, found: series }) =>
        [...series.values()].map(({ labels, count: sum }) => [{ ...upstream.labels, ...labels }, sum] as const),
      )
      return (
        histogramText('sallyport_call_duration_seconds', 'From arrival to the last byte, by how calls ended', calls) +
        histogramText('sallyport_upstream_duration_seconds', 'Until the header of the upstream', upstreams) +
        (shared === undefined ? '' : missedText(shared().missed)) +
        counterText('sallyport_cache_calls_total', 'Calls that the cache could have answered, by what it did', cached) +
        counterText('sallyport_findings_total', 'What rules found that report, or are tried, and let pass', found) +
        (await registry.metrics())
      )
    },
  }
}
