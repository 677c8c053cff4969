// npm run fuzz -- NAME [--questions N] [--seed S]
// What is compared with others for as long as one likes, on inputs that are made up. A failure names its seed.
import { join } from 'node:path'
import { ROOT, runNode } from './child.ts'

const FUZZERS: ReadonlyMap<string, string> = new Map([['policy', 'packages/policy/src/testing/fuzz.ts']])

const [name = '', ...args] = process.argv.slice(2)
const file = FUZZERS.get(name)
if (file === undefined) {
  console.error(`npm run fuzz -- NAME, where NAME is one of: ${[...FUZZERS.keys()].join(', ')}`)
  process.exitCode = 2
} else process.exitCode = await runNode([join(ROOT, file), ...args])
