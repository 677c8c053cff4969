// npm run features [-- --json]
// The rows of docs/features.md with the tests of the last whole run of `npm test` that prove them. With --json one object a
// row and line: id, proved, tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './child.ts'
import { type Proof, proofs, strayIds } from './features/proofs.ts'
import { parseRows } from './features/rows.ts'
import { REPORTS, readResults } from './report/result.ts'

function printTable(found: readonly Proof[]): void {
  for (const { id, name, proved, tests, failed } of found) {
    console.log(`${proved ? '✔' : '·'} ${id.padEnd(4)} ${name}`)
    for (const test of tests) console.log(`         ${test}`)
    for (const test of failed) console.log(`       ✖ ${test}`)
  }
  console.log(`\n${found.filter(row => row.proved).length} of ${found.length} rows are proved`)
}

const rows = parseRows(readFileSync(join(ROOT, 'docs/features.md'), 'utf8'))
const results = readResults(REPORTS.whole)
if (!results) console.error('no whole run of `npm test` has been reported yet, so nothing is proved')

const found = proofs(rows, results ?? [])
if (process.argv.includes('--json')) {
  for (const { id, proved, tests } of found) console.log(JSON.stringify({ id, proved, tests }))
} else {
  printTable(found)
}

const strays = strayIds(rows, results ?? [])
if (strays.length > 0) console.error(`tests bear ids that docs/features.md doesn't have: ${strays.join(', ')}`)
