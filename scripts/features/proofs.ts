import type { TestResult } from '../report/result.ts'
import type { Row } from './rows.ts'

/** What the last whole run shows of a row. `tests` are those that bear its id and passed, as `file: title`. */
export type Proof = { id: string; name: string; proved: boolean; tests: readonly string[]; failed: readonly string[] }

/** The ids that a test's title bears: `[F1] [W11] an expired token is refused` bears two. */
function idsIn(title: string): string[] {
  return [...title.matchAll(/\[([A-Z]\d+)\]/g)].map(([, id = '']) => id)
}

function bearers(id: string, status: TestResult['status'], results: readonly TestResult[]): string[] {
  const found = results.filter(result => result.status === status && idsIn(result.name).includes(id))
  return found.map(result => `${result.file}: ${result.name}`)
}

/** A row is proved when a passing test bears its id, and none that bears it failed. Skipped and todo prove nothing. */
export function proofs(rows: readonly Row[], results: readonly TestResult[]): Proof[] {
  return rows.map(({ id, name }) => {
    const tests = bearers(id, 'passed', results)
    const failed = bearers(id, 'failed', results)
    return { id, name, proved: tests.length > 0 && failed.length === 0, tests, failed }
  })
}

/** The ids in titles that no row bears: slips of the pen. */
export function strayIds(rows: readonly Row[], results: readonly TestResult[]): string[] {
  const known = new Set(rows.map(row => row.id))
  return [...new Set(results.flatMap(result => idsIn(result.name)))].filter(id => !known.has(id))
}
