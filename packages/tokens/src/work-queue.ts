/** The queue is full: too much is being tried at once. */
export class WorkQueueFull extends Error {
  override readonly name = 'WorkQueueFull'
}

/** Runs costly work, so many at a time; what can't even wait is refused. */
export interface WorkQueue {
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

/**
 * A queue in which `running` pieces of work run and `waiting` wait. One more is rejected with WorkQueueFull before it costs anything,
 * so that a flood of logins takes neither all the processors nor all the memory, and no authority is flooded through us.
 */
export function createWorkQueue({ running, waiting }: { running: number; waiting: number }): WorkQueue {
  const queue: (() => void)[] = []
  let free = running

  async function turn(): Promise<void> {
    if (free > 0) {
      free -= 1
      return
    }
    if (queue.length >= waiting) throw new WorkQueueFull(`${running} run and ${waiting} wait`)
    await new Promise<void>(resolve => queue.push(resolve))
  }

  function leave(): void {
    const next = queue.shift()
    if (next === undefined) free += 1
    else next()
  }

  return {
    async run(work) {
      await turn()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
