import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { matchesKeyHash, readApiKey } from '@sallyport/tokens'
import { parse } from 'yaml'
import { emptyFolder, now } from '../example-ports.ts'

async function keysFolder(t: Parameters<typeof emptyFolder>[0]) {
  const { folder, run } = await emptyFolder(t)
  const text = () => readFile(join(folder, 'keys.yaml'), 'utf8')
  return { run, text, keys: async () => parse(await text()).keys }
}

test('a key is printed once, and the file keeps its hash, rights and bounds', async t => {
  const { run, text, keys } = await keysFolder(t)
  const rights = ['--scopes', 'list_items,order_item', '--roles', 'clerk', '--application', 'web', '--expires', '30d']
  const bounds = ['--ip', '10.0.0.0/8', '--ip', '2001:db8::/32', '--referer', 'https://shop.example.com/*']
  const { status, out } = await run(['key', 'create', 'shop', ...rights, ...bounds])
  const key = out.trim()
  const { hash, id, ...entry } = (await keys()).shop
  assert.equal(status, 0)
  assert.deepEqual(readApiKey(key), { id })
  assert.ok(matchesKeyHash(key, hash))
  assert.ok(!(await text()).includes(key.slice(12)))
  assert.deepEqual(entry, {
    application: 'web',
    created: '2026-01-02T03:04:05.678Z',
    expires: new Date(now + 30 * 86_400_000).toISOString(),
    scopes: ['list_items', 'order_item'],
    roles: ['clerk'],
    ips: ['10.0.0.0/8', '2001:db8::/32'],
    referers: ['https://shop.example.com/*'],
  })
})

test('a second key of the same name is refused, and the first stays', async t => {
  const { run, text } = await keysFolder(t)
  await run(['key', 'create', 'shop'])
  const before = await text()
  const { status, err } = await run(['key', 'create', 'shop'])
  assert.equal(status, 1)
  assert.match(err, /key rotate shop/)
  assert.equal(await text(), before)
})

test('a rotated key keeps its rights, and the old one ends at once', async t => {
  const { run, keys } = await keysFolder(t)
  const old = (await run(['key', 'create', 'shop', '--scopes', 'a,b', '--expires', '30d'])).out.trim()
  const before = (await keys()).shop
  const fresh = (await run(['key', 'rotate', 'shop'])).out.trim()
  const after = (await keys()).shop
  assert.ok(matchesKeyHash(fresh, after.hash))
  assert.ok(!matchesKeyHash(old, after.hash))
  assert.deepEqual({ ...after, id: '', hash: '' }, { ...before, id: '', hash: '' })
  await run(['key', 'rotate', 'shop', '--expires', '60d'])
  assert.equal((await keys()).shop.expires, new Date(now + 60 * 86_400_000).toISOString())
})

test('a revoked key is gone; a name that is not there is told with the nearest', async t => {
  const { run, keys } = await keysFolder(t)
  await run(['key', 'create', 'shop'])
  assert.match((await run(['key', 'revoke', 'shpo'])).err, /there is no key shpo; did you mean shop\?/)
  assert.equal((await run(['key', 'revoke', 'shop'])).status, 0)
  assert.deepEqual(await keys(), {})
})

test('a list shows no hash, for people and for programs', async t => {
  const { run } = await keysFolder(t)
  const made = JSON.parse((await run(['key', 'create', 'shop', '--scopes', 'a', '--json'])).out)
  const listed = await run(['key', 'list', '--json'])
  const { key: _, file: __, roles: ___, ips: ____, referers: _____, ...shown } = made
  assert.deepEqual(JSON.parse(listed.out), [shown])
  for (const { out } of [listed, await run(['key', 'list'])]) {
    assert.match(out, /shop/)
    assert.doesNotMatch(out, /sha256|sp_/)
  }
})

test('what would never match a call is refused before a key is made', async t => {
  const { run, text } = await keysFolder(t)
  const refused = [
    ['shop', '--scopes', 'a b'],
    ['shop', '--scopes', 'a,,b'],
    ['shop', '--roles', ''],
    ['shop', '--expires', 'soon'],
    ['shop', '--expires', '2020-01-01'],
    ['shop', '--expires', '0s'],
    ['shop', '--ip', '10.0.0.0/33'],
    ['shop', '--ip', 'example.com'],
    ['shop', '--referer', 'https://*.example.com/*'],
    ['shop', '--referer', 'shop'],
    ['shop', '--application', 'a b'],
    ['a b'],
    ['__proto__'],
    ['../keys'],
  ]
  for (const args of refused) assert.equal((await run(['key', 'create', ...args])).status, 2, args.join(' '))
  await assert.rejects(text(), { code: 'ENOENT' })
})
