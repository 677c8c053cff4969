/**
 * Gathers items until the turn of the event loop ends, then runs for each. Writes that follow each other closely wake the
 * other side once, where each by itself would wake it anew, which costs more than the write.
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
