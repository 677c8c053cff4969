import { readPattern } from './pattern.ts'
import { Work } from './work.ts'

/** Wide ones, alternatives, and classes of many ranges: together they go through most of the engine. */
const patterns = ['/.{0,480}!', '/(?:[a-z]{1,60}|x){6}', '/(?i)\\pL{10}', '/[^\\p{Greek}/]{400}', '/.{0,480}!']

let isWarm = false

/**
 * Has the engine of patterns compiled to machine code before any call waits for it: the first patterns of a process take ten times as long
 * as later ones (measured on Node 24). Some 60 ms, for a process that is about to take calls; another gateway in it finds it warm.
 */
export function warmUpPatterns(): void {
  if (isWarm) return
  isWarm = true
  for (const pattern of patterns) readPattern(pattern).fits('/', new Work())
}
