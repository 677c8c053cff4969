import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder } from '../example-ports.ts'

const create = ['user', 'create', 'bob', '--json', '--password']

test('a secret is read from standard input, a file or the environment, without the newline at its end', async t => {
  const { folder, run } = await emptyFolder(t)
  await writeFile(join(folder, 'password'), 'correct horse\r\n')
  const ways: [string, Parameters<typeof run>[1]][] = [
    ['-', { stdin: 'correct horse\n' }],
    ['@password', {}],
    ['env:PASSWORD', { env: { PASSWORD: 'correct horse' } }],
  ]
  for (const [argument, given] of ways) {
    assert.equal((await run([...create, argument], given)).status, 0, argument)
    assert.equal((await run(['user', 'delete', 'bob'])).status, 0)
  }
})

test('a secret that stands on the command line is refused and not repeated', async t => {
  const { run } = await emptyFolder(t)
  const { status, err } = await run([...create, 'hunter2hunter2'])
  assert.equal(status, 2)
  assert.match(err, /- \(standard input\), @FILE or env:NAME only/)
  assert.doesNotMatch(err, /hunter2/)
})

test('a secret that is not there is a failure', async t => {
  const { run } = await emptyFolder(t)
  for (const argument of ['@nothing', 'env:NOTHING', 'env:toString', '-']) {
    assert.equal((await run([...create, argument])).status, 1, argument)
  }
})

test('a person at a terminal is told what to type; a program is not', async t => {
  const { run } = await emptyFolder(t)
  const typed = await run([...create, '-'], { stdin: 'correct horse\n', isTTY: true })
  assert.match(typed.err, /^Type the password, then Enter and Ctrl-D:\n/)
  const piped = await run(['secret', 'set', 'token'], { stdin: 'correct horse\n' })
  assert.deepEqual([piped.status, piped.err], [0, ''])
})
