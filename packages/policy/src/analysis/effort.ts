/** What may still be done to find out whether policies of one file contradict themselves; about 50 ns each. */
export interface Effort {
  left: number
}

/** About a quarter of a second's, whatever a file holds. */
export const wholeEffort = (): Effort => ({ left: 5_000_000 })

/** Whether there is enough left for this. */
export function spend(effort: Effort, cost: number): boolean {
  if (effort.left < cost) return false
  effort.left -= cost
  return true
}
