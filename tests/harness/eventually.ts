import { setTimeout as pause } from 'node:timers/promises'

const patience = 20_000

/** Waits until something that happens by itself has happened: asks again and again, for twenty seconds at the most. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come about that ${what}`)
    await pause(2)
  }
}
