import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { Principal } from '@sallyport/core'
import fc from 'fast-check'
import { callWith } from '../testing/call.ts'
import { sharing } from './sharing.ts'

const call = (ip = '192.0.2.1') => callWith({ ip })

const anonymous: Principal = {
  ...{ user: undefined, application: undefined, actors: [], credential: { kind: 'anonymous', id: '' } },
  ...{ scopes: new Set(), roles: new Set(), groups: new Set(), claims: {} },
}
const user = (subject: string, issuer = 'staff'): Principal => ({ ...anonymous, user: { issuer, subject } })

const trial = (share: number) => ({ until: 0, share, isBeside: false })
const chooser = (share: number, name = 'policy', key = 1) =>
  sharing(
    { trial: trial(share), owner: 'shop', name },
    { derivedKey: purpose => hash('sha256', `${purpose} ${key}`, 'buffer') },
  )

const names = Array.from({ length: 4000 }, (_, i) => `user-${i}`)
const chosen = (choose: ReturnType<typeof sharing>) =>
  names.filter(name => choose({ call: call(), principal: user(name) }))

test('a share of callers is chosen that is as large as was asked for, whatever the rule and the key', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.string(), fc.nat(), (percent, name, key) => {
      const share = percent / 100
      const found = chosen(chooser(share, name, key)).length
      // Five standard deviations of as many throws.
      assert.ok(Math.abs(found - share * names.length) < 5 * Math.sqrt(names.length * share * (1 - share)))
    }),
    { numRuns: 20, seed: 4 },
  )
})

test('a caller stays on the same side, whatever it calls with and from where, and a larger share takes nobody out', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.ipV4(),
      fc.integer({ min: 1, max: 98 }),
      (subject, credential, ip, percent) => {
        const of = (share: number, from: string, id: string) =>
          chooser(share)({ call: call(from), principal: { ...user(subject), credential: { kind: 'jwt', id } } })
        const [here, elsewhere] = [of(percent / 100, '192.0.2.1', 'a'), of(percent / 100, ip, credential)]
        assert.equal(here, elsewhere)
        if (here) assert.equal(of((percent + 1) / 100, ip, credential), true)
      },
    ),
    { numRuns: 300, seed: 4 },
  )
})

test('not the same callers meet every rule, and without the key nobody can tell who does', () => {
  const first = new Set(chosen(chooser(0.5)))
  for (const other of [chooser(0.5, 'scopes'), chooser(0.5, 'policy', 2)]) {
    const both = chosen(other).filter(name => first.has(name)).length
    assert.ok(both > 800 && both < 1200, String(both))
  }
})

test('callers of two issuers are two callers, and who has no name is told apart by credential, then by address', () => {
  const differs = (choose: (i: number) => Parameters<ReturnType<typeof sharing>>[0]) => {
    const pick = chooser(0.5)
    return new Set(Array.from({ length: 64 }, (_, i) => pick(choose(i)))).size === 2
  }
  assert.ok(differs(i => ({ call: call(), principal: user('ann', `issuer ${i}`) })))
  assert.ok(differs(i => ({ call: call(), principal: { ...anonymous, credential: { kind: 'apiKey', id: `k${i}` } } })))
  assert.ok(differs(i => ({ call: call(`192.0.2.${i}`), principal: anonymous })))
  assert.ok(
    !differs(i => ({ call: call(`2001:db8::${i}`), principal: anonymous })),
    'an IPv6 caller commands a whole /64',
  )
})
