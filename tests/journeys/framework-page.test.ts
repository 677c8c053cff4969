import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { blocksOf, pageAt } from '../house/markdown.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the programs of docs/framework.md say, in their order. */
const said = [
  "{ greeting: 'Hello, ann' }\n",
  "401\n{ id: 1, by: 'ann' }\n{ id: 1, by: 'shop' }\n",
  '403\n204\nTypeError: JWT_SECRET is not set: there is no default for a secret\n',
  '401\n',
  '204 429 204\n',
  "404 { message: 'no such item' }\n[ '/items/{id}' ]\n",
  "{ item: 'bolt', by: 'ann' }\n429\n201\n403 needs scope order_item; has none\n",
  "{ ip: '127.0.0.1' }\n",
  "[ { id: 1, name: 'bolt' } ]\n[]\n",
]

const programs = blocksOf(pageAt('docs/framework.md')).filter(({ language }) => language === 'ts')

test('docs/framework.md has a program for everything that is expected of one', () => {
  assert.equal(programs.length, said.length)
})

for (const [i, { text }] of programs.entries()) {
  test(`program ${i + 1} of docs/framework.md runs and says what it should`, async t => {
    // Beside node_modules, so that imports are found.
    const folder = await mkdtemp(join(root, '.made-framework-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'program.ts')
    await writeFile(file, text)
    const { stdout } = await run(process.execPath, [file])
    assert.equal(stdout, said[i])
  })
}
