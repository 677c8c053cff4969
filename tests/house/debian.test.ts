import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { installLine, installNeeds } from '../../scripts/debian.ts'

const need = { command: 'wonder', package: 'wonder-bin', why: 'wonders' }

/** Makes a folder all that commands are found in, as long as the test runs. */
function onlyPath(t: TestContext): string {
  const [folder, before] = [mkdtempSync(join(tmpdir(), 'sallyport-debian-')), process.env.PATH]
  process.env.PATH = folder
  t.after(() => {
    process.env.PATH = before
    rmSync(folder, { recursive: true })
  })
  return folder
}

test('where nothing can be installed, what is lacking is named, and how to install it', async t => {
  onlyPath(t)
  const missing = await installNeeds([need])
  assert.deepEqual([missing, installLine(missing)], [[need], 'apt-get install wonder-bin'])
})

test('what is missing is installed by its package, by root or with sudo that asks no password', async t => {
  const folder = onlyPath(t)
  for (const command of ['env', 'true']) symlinkSync(`/usr/bin/${command}`, join(folder, command))
  const written = (name: string, script: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  written('sudo', 'shift\nexec "$@"')
  written('apt-get', `for each; do :; done\n[ "$each" = wonder-bin ] && : > ${folder}/wonder || :`)
  assert.deepEqual(await installNeeds([need]), [])
})
