/** Upper bounds in seconds: from a cached answer to one that nobody waits for. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Names and values of one time series. */
export type Labels = Readonly<Record<string, string>>

/**
 * The durations of one series. prom-client's histogram checks and hashes its labels at every observation, which costs more
 * than a microsecond; here that is done when the series begins.
 */
export class Tally {
  readonly labels: Labels
  /** Plain numbers: a typed array of this size would be a piece of memory of its own, of which there are many. */
  readonly #buckets: number[] = Array.from({ length: bounds.length + 1 }, () => 0)
  #sum = 0

  constructor(labels: Labels) {
    this.labels = labels
  }

  observe(seconds: number): void {
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] ?? 0)) at++
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1
    this.#sum += seconds
  }

  lines(name: string): string {
    const labels = labelText(this.labels)
    let count = 0
    let text = ''
    for (const [at, more] of this.#buckets.entries()) {
      count += more
      text += `${name}_bucket{${labels},le="${bounds[at] ?? '+Inf'}"} ${count}\n`
    }
    return `${text}${name}_sum{${labels}} ${this.#sum}\n${name}_count{${labels}} ${count}\n`
  }
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const escaped = (value: string) => value.replace(/[\\"\n]/g, character => escapes[character] ?? character)

const labelText = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')

/** A histogram in Prometheus' text format, version 0.0.4. */
export function histogramText(name: string, help: string, tallies: Iterable<Tally>): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`
  for (const tally of tallies) text += tally.lines(name)
  return text
}

/** A counter in the same format, by its series. */
export function counterText(
  name: string,
  help: string,
  counts: Iterable<readonly [labels: Labels, count: number]>,
): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} counter\n`
  for (const [labels, count] of counts) text += `${name}{${labelText(labels)}} ${count}\n`
  return text
}
