/**
 * The allowed word that someone most probably meant who wrote `word`: fewest insertions, deletions, replacements and
 * swaps of neighbours, upper and lower case alike; the first of several. Undefined where nothing is near: one slip in
 * three letters is borne, three slips at the most.
 */
export function nearest(word: string, allowed: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  let slips = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1
  let best: string | undefined
  for (const candidate of allowed) {
    if (Math.abs(candidate.length - wanted.length) >= slips) continue
    const distance = damerauLevenshtein(wanted, candidate.toLowerCase())
    if (distance < slips && distance < Math.max(wanted.length, candidate.length)) {
      slips = distance
      best = candidate
    }
  }
  return best
}

/** The restricted distance (optimal string alignment): no part is edited twice. */
function damerauLevenshtein(a: string, b: string): number {
  let twoAbove: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(twoAbove, j - 2) + 1 : Infinity
      row.push(Math.min(at(above, j) + 1, at(row, j - 1) + 1, replaced, swapped))
    }
    twoAbove = above
    above = row
  }
  return at(above, b.length)
}

const at = (row: readonly number[], column: number) => row[column] ?? Infinity
