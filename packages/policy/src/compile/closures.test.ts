import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const sources = join(import.meta.dirname, '..')

test('policies become closures: nothing here makes code of texts', () => {
  const files = globSync('**/*.ts', { cwd: sources, exclude: ['**/*.test.ts'] })
  assert.ok(files.includes(join('compile', 'expression.ts')))
  const making = /\bnew Function\b|\beval\(|['"](?:node:)?vm['"]/
  assert.deepEqual(
    files.filter(file => making.test(readFileSync(join(sources, file), 'utf8'))),
    [],
  )
})
