import assert from 'node:assert/strict'
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder } from './example-ports.ts'

const written = `# Keys of the warehouse.
# Ask Carol before you change one.

keys:
  # the shop on main street
  shop:
    id: OktjPlvq # made by Bob
    hash: sha256:cNv15BbXJLoD6aQzVcykL8I2rH5NyWfEV__jrwdqmMI
    scopes: [list_items]
    ips:
      - 10.0.0.0/8 # the office
  123:
    id: vWirK2la
    hash: sha256:F4uz7GPp-vC0ukNWMx_UV0pMfhdO26ux64T23ENsBrs

# the end
`

async function keysFolder(t: Parameters<typeof emptyFolder>[0]) {
  const { folder, run } = await emptyFolder(t)
  const file = join(folder, 'keys.yaml')
  await writeFile(file, written, { mode: 0o644 })
  return { folder, run, file, text: () => readFile(file, 'utf8') }
}

test('comments and other entries stay as they are', async t => {
  const { run, text } = await keysFolder(t)
  assert.equal((await run(['key', 'create', 'backup'])).status, 0)
  const [before = '', after = ''] = (await text()).split(/ {2}backup:\n(?: {4}.+\n)+/)
  assert.equal(before + after, written)
})

test('a rotation changes id and hash alone, and keeps what was said of them', async t => {
  const { run, text } = await keysFolder(t)
  assert.equal((await run(['key', 'rotate', 'shop'])).status, 0)
  const same = (line: string) => !/^ {4}(?:id|hash|created):/.test(line)
  assert.deepEqual((await text()).split('\n').filter(same), written.split('\n').filter(same))
  assert.doesNotMatch(await text(), /OktjPlvq|cNv15Bb/)
})

test('a name that YAML reads as a number is a name all the same', async t => {
  const { run, text } = await keysFolder(t)
  assert.equal((await run(['key', 'create', '123'])).status, 1)
  assert.equal((await run(['key', 'revoke', '123'])).status, 0)
  assert.doesNotMatch(await text(), /123|vWirK2la/)
})

test('the file is for its owner alone after a change, and nothing is left beside it', async t => {
  const { folder, run, file } = await keysFolder(t)
  await run(['key', 'revoke', 'shop'])
  assert.deepEqual(await readdir(folder), ['keys.yaml'])
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('a symbolic link stays one', { skip: process.platform === 'win32' }, async t => {
  const { folder, run, text } = await keysFolder(t)
  await symlink(join(folder, 'keys.yaml'), join(folder, 'link.yaml'))
  assert.equal((await run(['key', 'revoke', 'shop', '--file', 'link.yaml'])).status, 0)
  assert.ok((await lstat(join(folder, 'link.yaml'))).isSymbolicLink())
  assert.doesNotMatch(await text(), /shop:/)
})

test('while another command changes the file, nothing is changed', async t => {
  const { folder, run, text } = await keysFolder(t)
  await writeFile(join(folder, 'keys.yaml.new'), '')
  const { status, err } = await run(['key', 'revoke', 'shop'])
  assert.equal(status, 1)
  assert.match(err, /another command changes/)
  assert.equal(await text(), written)
  assert.deepEqual((await readdir(folder)).sort(), ['keys.yaml', 'keys.yaml.new'])
})

test('a file that is no YAML, or not of this kind, is left alone', async t => {
  const { folder, run, file, text } = await keysFolder(t)
  const told: [string, RegExp][] = [
    ['keys: [a', /is not YAML/],
    ['keys:\n  a: 1\n  a: 2\n', /is not YAML/],
    ['- shop\n', /should hold a map/],
    ['keys: [shop]\n', /should be a map/],
  ]
  for (const [bad, message] of told) {
    await writeFile(file, bad)
    const { status, err } = await run(['key', 'create', 'new'])
    assert.equal(status, 1)
    assert.match(err, message)
    assert.equal(await text(), bad)
  }
  assert.deepEqual(await readdir(folder), ['keys.yaml'])
  assert.equal((await run(['key', 'create', 'new', '--file', 'nowhere/keys.yaml'])).status, 1)
})

test('an empty file or section is filled', async t => {
  const { run, file, text } = await keysFolder(t)
  for (const empty of ['', '# nothing yet\n', 'keys:\n', 'keys: {}\n']) {
    await writeFile(file, empty)
    await chmod(file, 0o600)
    assert.equal((await run(['key', 'create', 'shop'])).status, 0, empty)
    assert.match(await text(), /^keys:\n {2}shop:\n {4}id: /m)
  }
})
