/** The queue is full: too many passwords are being tried at once. */
export class HashQueueFull extends Error {
  override readonly name = 'HashQueueFull'
}

/** Runs costly work, so many at a time; what can't even wait is refused. */
export interface HashQueue {
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

/**
 * A queue in which `running` hashes run and `waiting` wait. One more is rejected with HashQueueFull before it costs anything,
 * so that a flood of logins takes neither all the processors nor all the memory.
 */
export function createHashQueue({ running, waiting }: { running: number; waiting: number }): HashQueue {
  const queue: (() => void)[] = []
  let free = running

  async function turn(): Promise<void> {
    if (free > 0) {
      free -= 1
      return
    }
    if (queue.length >= waiting) throw new HashQueueFull(`${running} hashes run and ${waiting} wait`)
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
