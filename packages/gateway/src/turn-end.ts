/**
 * Gathers items until the turn of the event loop ends, then runs for each. What is done for many calls in a row finds its code
 * and data at hand, and writes that follow each other closely wake the other side once: both cost more than the work itself
 * where calls take turns.
 */
export function atTurnEnd<T>(run: (item: T) => void): (item: T) => void {
  let gathered: T[] = []
  const end = () => {
    const items = gathered
    gathered = []
    for (const item of items) run(item)
  }
  return item => {
    if (gathered.push(item) === 1) setImmediate(end)
  }
}
