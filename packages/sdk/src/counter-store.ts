import type { Clock } from '@sallyport/core'
import { type CounterStore, memoryStore } from '@sallyport/store'
import type { CountersRule } from './redis.ts'

/** Calls `run` every `ms` milliseconds; the process doesn't go on for it. */
function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** Where an application counts: in memory unless a rule says where. `fault` is told that a Redis is down. */
export async function counterStoreOf(
  rule: CountersRule | undefined,
  { elapsed }: Clock,
  fault: (error: unknown) => void,
): Promise<CounterStore> {
  if (rule === undefined) return memoryStore()
  const told = (reason: string | undefined) => {
    if (reason !== undefined) fault(new Error(`Redis is down: ${reason}`))
  }
  return rule({ elapsed, every, told })
}
