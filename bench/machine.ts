import { cpus, release, totalmem } from 'node:os'

/** What measurements were made on. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memory: string
  readonly kernel: string
  readonly node: string
  /** ISO 8601, the day alone. */
  readonly date: string
}

export function describeMachine(): Machine {
  const cores = cpus()
  return {
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  }
}
