import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SessionEntry, SessionStore } from '@sallyport/core'

/** Gives a store that keeps nothing yet. */
type MakeSessions = () => SessionStore | Promise<SessionStore>

const noon = Date.UTC(2026, 0, 15, 12)

const entry = (hash: string, changes: Partial<SessionEntry> = {}): SessionEntry => ({
  ...{ hash, user: 'ann', scopes: [], roles: [], claims: {} },
  ...{ begun: noon, seen: noon },
  ...changes,
})

const all = async (store: SessionStore, ...hashes: readonly string[]) => {
  const kept: string[] = []
  for (const hash of hashes) if ((await store.find(hash)) !== undefined) kept.push(hash)
  return kept
}

/** What every store of sessions must keep to. */
export function sessionConformance(name: string, make: MakeSessions): void {
  describe(`sessions in ${name}`, () => {
    test('what was added is found as it was, by its hash alone', async () => {
      const store = await make()
      const full = entry('a', {
        ...{ user: "o'hara \u{1f511}", scopes: ['read', 'write'], roles: ['clerk'] },
        claims: { office: 'Köln', level: 3, of: [null, true, { deep: 'x\u0000y' }] },
        seen: noon + 1,
      })
      await store.add(full)
      await store.add(entry('b'))
      assert.deepEqual(await store.find('a'), full)
      for (const hash of ['', 'A', 'c', "a' or '1'='1", '%']) assert.equal(await store.find(hash), undefined)
    })

    test('of the times at which a session was used the latest stands', async () => {
      const store = await make()
      await store.add(entry('a'))
      for (const seen of [noon + 5, noon + 9, noon + 2]) await store.touch('a', seen)
      assert.deepEqual(await store.find('a'), entry('a', { seen: noon + 9 }))
    })

    test('a session that was removed is there no more, and using or replacing it brings it back in no form', async () => {
      const store = await make()
      await store.add(entry('a'))
      await store.remove('a')
      await store.remove('never')
      await store.touch('a', noon + 1)
      assert.equal(await store.replace('a', entry('b')), false)
      assert.deepEqual(await all(store, 'a', 'b'), [])
    })

    test('a session that was replaced is there under its new hash alone; of two at once one replaces', async () => {
      const store = await make()
      await store.add(entry('a'))
      const done = await Promise.all([store.replace('a', entry('b')), store.replace('a', entry('c'))])
      assert.deepEqual(done.toSorted(), [false, true])
      assert.equal((await all(store, 'a', 'b', 'c')).length, 1)
      assert.deepEqual(await all(store, 'a'), [])
    })

    test('all sessions of one user end at once, and nobody else is touched', async () => {
      const store = await make()
      for (const hash of ['a', 'b']) await store.add(entry(hash))
      await store.add(entry('c', { user: 'Ann' }))
      assert.equal(await store.removeAllOf('ann'), 2)
      assert.equal(await store.removeAllOf('ann'), 0)
      assert.deepEqual(await all(store, 'a', 'b', 'c'), ['c'])
    })

    test('what began or was used last too long ago is forgotten, to the millisecond', async () => {
      const store = await make()
      await store.add(entry('old', { seen: noon + 9 }))
      await store.add(entry('young', { begun: noon + 1, seen: noon + 9 }))
      await store.add(entry('idle', { begun: noon + 1, seen: noon + 5 }))
      await store.add(entry('used', { begun: noon + 1, seen: noon + 6 }))
      await store.sweep({ begun: noon, seen: noon + 5 })
      assert.deepEqual(await all(store, 'old', 'young', 'idle', 'used'), ['young', 'used'])
    })
  })
}
