import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, PlacedJson, type Principal, readJson } from '@sallyport/core'
import fc from 'fast-check'
import { callWith } from '../../testing/call.ts'
import { redactJson } from './redact-json.ts'
import { type RedactRule, readRules, rulesFor } from './rules.ts'
import { settings } from './settings.ts'

const key = Buffer.alloc(32, 7)

const nobody: Principal = {
  user: undefined,
  application: undefined,
  actors: [],
  credential: { kind: 'anonymous', id: '' },
  scopes: new Set(),
  roles: new Set(),
  groups: new Set(),
  claims: {},
}

const redactedBy = (all: readonly RedactRule[], text: string, principal: Principal) => {
  const { rules, view } = rulesFor(all, { call: callWith({}), principal })
  return redactJson(
    text,
    rules.filter(rule => rule.language === 'json'),
    view,
  )
}

const redacted = (written: unknown, text: string, principal = nobody) =>
  redactedBy(readRules(settings.parse(written), { key, conditions: new Map() }), text, principal)

const alice: Principal = {
  ...nobody,
  user: { issuer: 'https://id.example.com', subject: 'alice' },
  roles: new Set(['doctor']),
  scopes: new Set(['read', 'list']),
  groups: new Set(['ward 1']),
  claims: { office: ['north'], level: 3 },
}

for (const [what, at, text, left] of [
  ['the first member', '$.a', '{ "a" : 1 , "b" : 1.0 }', '{ "b" : 1.0 }'],
  ['a member between others', '$.b', '{"a":1,\n "b":2,\n "c":3}', '{"a":1,\n "c":3}'],
  ['the last member', '$.b', '{"a":12345678901234567890, "b":2 }', '{"a":12345678901234567890 }'],
  ['all members', '$.*', '{ "a":1, "b":2 }', '{  }'],
  ['the first two members', "$['a','b']", '{"a":1,"b":2,"c":"\\u0041"}', '{"c":"\\u0041"}'],
  ['the last two members', "$['b','c']", '{"a":1 ,"b":2,"c":3}', '{"a":1}'],
  ['every second item', '$[::2]', '[1, 2, 3, 4, 5]', '[2, 4]'],
  ['a member within others', '$..x', '{"x":{"x":1},"y":[{"x":2,"z":{"x":3,"w":1e1}}]}', '{"y":[{"z":{"w":1e1}}]}'],
  ['a member whose name is escaped', '$.password', '{"p\\u0061ssword":"s","a":1}', '{"a":1}'],
  [
    'a member that a filter finds',
    "$[?@.kind == 'x'].secret",
    '[{"kind":"x","secret":1},{"kind":"y","secret":2}]',
    '[{"kind":"x"},{"kind":"y","secret":2}]',
  ],
  [
    'a member with signs that normalized paths escape',
    '$.*.*',
    '{"it\'s \\\\ \\u0001\\n":{"a":1}}',
    '{"it\'s \\\\ \\u0001\\n":{}}',
  ],
  ['what one expression finds twice', "$..['b','b']", '{"a":{"a":{"b":1,"c":2}}}', '{"a":{"a":{"c":2}}}'],
  ['__proto__', '$.__proto__.x', '{"__proto__":{"x":1},"y":2}', '{"__proto__":{},"y":2}'],
] as const) {
  test(`what is removed goes with its name and one comma: ${what}`, () => {
    assert.equal(redacted([{ at }], text), left)
  })
}

for (const [what, action, text, left] of [
  ['replace', { replace: { hidden: true } }, '{"v" : [1,{"v":2}] , "w":1}', '{"v" : {"hidden":true} , "w":1}'],
  ['replace by null', { replace: null }, '{"v":"x"}', '{"v":null}'],
  ['mask', { mask: true }, '{"v":"secret"}', '{"v":"***"}'],
  ['mask but the last four', { mask: { last: 4 } }, '{"v":"DE89370400440532013000"}', '{"v":"***3000"}'],
  ['mask but some of both ends', { mask: { first: 2, last: 2 } }, '{"v":"DE89370400"}', '{"v":"DE***00"}'],
  ['mask what is too short to show half of it', { mask: { last: 4 } }, '{"v":"1234567"}', '{"v":"***"}'],
  ['mask a number', { mask: { last: 4 } }, '{"v":4111111111111111}', '{"v":"***1111"}'],
  ['mask characters beyond the basic plane', { mask: { first: 1, last: 1 } }, '{"v":"😀a b😎"}', '{"v":"😀***😎"}'],
  ['mask what is no text', { mask: true }, '{"v":{"a":"s"},"w":1}', '{"w":1}'],
  ['truncate', { truncate: 4 }, '{"v":"1970-12-24"}', '{"v":"1970"}'],
  ['truncate by whole characters', { truncate: 1 }, '{"v":"😀😎"}', '{"v":"😀"}'],
  ['truncate to nothing', { truncate: 0 }, '{"v":"x"}', '{"v":""}'],
  ['truncate null', { truncate: 1 }, '{"v":null}', '{}'],
] as const) {
  test(`${what}`, () => {
    const { v = undefined, ...rest } = readJson(text) as Record<string, Json>
    assert.notEqual(v, undefined)
    assert.equal(redacted([{ at: '$.v', ...action }], text), left, JSON.stringify(rest))
  })
}

test('a hash tells whether two values are equal, and without the key nothing else', () => {
  const text = '{"a":"x","b":"x","c":"y","d":1}'
  const { a, b, c, d } = readJson(redacted([{ at: '$.*', hash: true }], text)) as Record<string, Json>
  assert.equal(a, b)
  assert.notEqual(a, c)
  for (const hash of [a, c, d]) assert.match(String(hash), /^[\w-]{43}$/)
  const other = readRules(settings.parse([{ at: '$.*', hash: true }]), {
    key: Buffer.alloc(32, 8),
    conditions: new Map(),
  })
  assert.notEqual(readJson(redactedBy(other, text, nobody)), a)
  assert.ok(!redactedBy(other, text, nobody).includes(String(a)))
})

test('of several actions for one value the strongest is taken, in whatever order they stand; an outer one takes the inner with it', () => {
  const [mask, remove] = [{ at: '$.a', mask: true }, { at: '$.a' }]
  for (const rules of [
    [mask, remove],
    [remove, mask],
  ])
    assert.equal(redacted(rules, '{"a":"x","b":1}'), '{"b":1}')
  const nested = [
    { at: '$..b', mask: true },
    { at: '$.a', replace: 0 },
  ]
  assert.equal(redacted(nested, '{"a":{"b":"x"}}'), '{"a":0}')
})

for (const [what, rule, holds] of [
  ['unless a role', { unless: { roles: ['nurse', 'doctor'] } }, false],
  ['unless a role that the caller lacks', { unless: { roles: ['nurse'] } }, true],
  ['unless all scopes', { unless: { scopes: ['read', 'list'] } }, false],
  ['unless scopes of which one lacks', { unless: { scopes: ['read', 'write'] } }, true],
  ['unless a group', { unless: { groups: ['ward 1'] } }, false],
  ['unless an issuer vouches', { unless: { issuers: ['https://id.example.com'] } }, false],
  ['unless another issuer vouches', { unless: { roles: ['doctor'], issuers: ['https://other.example.com'] } }, true],
  ['unless one of a claim', { unless: { claims: { office: ['south', 'north'] } } }, false],
  ['unless a number in a claim', { unless: { claims: { level: 3 } } }, false],
  ['unless a number that the claim writes as none', { unless: { claims: { level: '3' } } }, true],
  ['unless a claim that there is not', { unless: { claims: { rank: 1 } } }, true],
  ['when a claim that there is not', { when: { claims: { rank: 1 } } }, true],
  ['when a role', { when: { roles: ['doctor'] } }, true],
  ['when a role that the caller lacks', { when: { roles: ['nurse'] } }, false],
  ['when and unless', { when: { roles: ['doctor'] }, unless: { scopes: ['list'] } }, false],
  ['unless one of several', { unless: [{ roles: ['nurse'] }, { scopes: ['list'] }] }, false],
  ['unless the same', { unless: { same: ['@.doctor', 'caller.sub'] } }, false],
  ['unless the same, the other way round', { unless: { same: ['caller.sub', '$.doctor'] } }, false],
  ['unless another', { unless: { same: ['@.nurse', 'caller.sub'] } }, true],
  ['unless one of a list', { unless: { same: ['@.doctors', 'caller.sub'] } }, false],
  ['unless one of those that a path finds', { unless: { same: ['@.team[*].id', 'caller.sub'] } }, false],
  ['unless one that is not there', { unless: { same: ['@.nobody', 'caller.sub'] } }, true],
  ['when one that is not there', { when: { same: ['@.nobody', 'caller.sub'] } }, true],
  ['when another', { when: { same: ['@.nurse', 'caller.sub'] } }, false],
  ['when one that is no name', { when: { same: ['@.null', 'caller.sub'] } }, true],
  ['unless the same, by a claim', { unless: { same: ['@.offices[*]', 'caller.claims.office'] } }, false],
  [
    'unless the same, of an application that there is not',
    { unless: { same: ['@.doctor', 'caller.application'] } },
    true,
  ],
  ['unless nothing is the same as nothing', { unless: { same: ['@.nobody', 'caller.claims.nothing'] } }, true],
] as const) {
  test(`a rule ${holds ? 'holds' : 'does not hold'} ${what}`, () => {
    const record = {
      ...{ doctor: 'alice', doctors: ['bob', 'alice'], nurse: 'eve', null: null, offices: ['north'] },
      ...{ team: [{ id: 'bob' }, { id: 'alice' }], x: 'secret' },
    }
    const text = JSON.stringify(record)
    assert.equal(redacted([{ at: '$.x', ...rule }], text, alice) !== text, holds)
    if (!holds) return
    // Nobody in particular is never better off.
    assert.ok('when' in rule || !redacted([{ at: '$.x', ...rule }], text).includes('secret'))
  })
}

test('a relation is judged for each match by its own record: the nearest object, or the nearest that `record` finds', () => {
  const text = JSON.stringify({
    patients: [
      { doctor: 'alice', history: [{ note: 'a', doctor: 'bob' }] },
      { doctor: 'bob', history: [{ note: 'b', doctor: 'alice' }] },
      { history: [{ note: 'c' }] },
    ],
  })
  const unless = { same: ['@.doctor', 'caller.sub'] }
  const notes = (rule: object) => redacted([{ ...rule, unless }], text, alice).match(/"note":"."/g)
  assert.deepEqual(notes({ at: '$..history' }), ['"note":"a"'])
  assert.deepEqual(
    notes({ at: '$..history[*]' }),
    ['"note":"a"'],
    'an item of an array has the object around the array',
  )
  assert.deepEqual(notes({ at: '$..note' }), ['"note":"b"'], 'the entry is nearer than the patient')
  assert.deepEqual(notes({ at: '$..note', record: '$.patients[*]' }), ['"note":"a"'])
  assert.equal(notes({ at: '$..note', record: '$.nowhere' }), null, 'without a record nothing is the same')
})

test('a number names the same as its digits, unless it is too large to be read exactly', () => {
  const unless = { same: ['@.owner', 'caller.sub'] }
  const as = (subject: string) => ({ ...alice, user: { issuer: 'i', subject } })
  assert.match(redacted([{ at: '$.x', unless }], '{"owner":17,"x":1}', as('17')), /x/)
  assert.doesNotMatch(
    redacted([{ at: '$.x', unless }], '{"owner":9007199254740993,"x":1}', as('9007199254740992')),
    /x/,
  )
})

const names = fc.constantFrom('secret', 'open', 'a', 'b', '__proto__', "it's", 'x y')
const { json } = fc.letrec<{ json: Json }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(names, tie('json'), { maxKeys: 5 }),
  ),
}))

/** What is left of a value without the members of one name, by the plainest means. */
function without(value: Json, name: string): Json {
  if (Array.isArray(value)) return value.map(item => without(item, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, below]) => (member === name ? [] : [[member, without(below, name)]])),
  )
}

test('what is removed is what matches, nothing else, and a second time there is nothing to remove', () => {
  fc.assert(
    fc.property(json, fc.nat(3), (value, space) => {
      const text = JSON.stringify(value, null, space)
      const left = redacted([{ at: '$..secret' }], text)
      assert.deepEqual(readJson(left), without(readJson(text), 'secret'))
      assert.equal(redacted([{ at: '$..secret' }], left), left)
    }),
    { numRuns: 500 },
  )
})

const leaf = fc.constantFrom('12345678901234567890', '1.0', '-0', '1E+2', '"\\u0041\\/"', '"é😀"', 'null', 'true', '""')
const space = fc.constantFrom('', ' ', '\n\t', '\r\n')
const { text: written } = fc.letrec<{ text: string }>(tie => ({
  text: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .tuple(fc.array(tie('text'), { maxLength: 4 }), space)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
    fc
      .tuple(fc.uniqueArray(fc.tuple(names, tie('text')), { selector: ([name]) => name, maxLength: 5 }), space)
      .map(([members, gap]) => {
        const pairs = members.map(([name, value]) => `${JSON.stringify(name).replace('s', '\\u0073')}${gap}:${value}`)
        return `{${gap}${pairs.join(`${gap},${gap}`)}${gap}}`
      }),
  ),
}))

/** Every text, number and word of a JSON text as it is written, but for those below members of one name. */
function leavesOf(text: string, but: string): string[] {
  const placed = new PlacedJson(text)
  const below = (shape: Json): string[] => {
    if (typeof shape !== 'object' || shape === null) return [placed.written(placed.idOf(shape))]
    return Object.entries(shape).flatMap(([name, value]) => (name === but ? [] : below(value)))
  }
  return below(placed.shape)
}

test('what is left keeps its bytes, however numbers and texts are written', () => {
  fc.assert(
    fc.property(written, text => {
      const left = redacted([{ at: '$..secret' }], text)
      assert.deepEqual(leavesOf(left, 'secret'), leavesOf(text, 'secret'))
      assert.deepEqual(leavesOf(left, ''), leavesOf(left, 'secret'))
    }),
    { numRuns: 500 },
  )
})

test('no text that matches is in what leaves, whatever is done to it', () => {
  const value = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 20 }).map(text => `<${text}>`)
  fc.assert(
    fc.property(
      json,
      value,
      fc.constantFrom({}, { mask: true }, { hash: true }, { replace: 0 }),
      (around, secret, action) => {
        const text = JSON.stringify({
          around,
          list: [{ hidden: secret }, { deep: [{ hidden: [secret] }] }],
          hidden: { x: secret },
        })
        if (JSON.stringify(around).includes(JSON.stringify(secret).slice(1, -1))) return
        assert.ok(!redacted([{ at: '$..hidden', ...action }], text).includes(JSON.stringify(secret).slice(1, -1)))
      },
    ),
  )
})

for (const [what, at] of [
  ['no JSONPath', 'supplier.iban'],
  ['the whole', '$'],
  ['an expression of its own', "$[?match(@.a, '(a+)+')]"],
  ['a search', '$[?search(@.a, @.b)]'],
  ['a length', '$[?length(@.a) > 1]'],
  ['a second ..', '$..a..b'],
  ['.. within a filter', '$..[?@..a]'],
  ['$ within a filter', '$[?@.a == $.b]'],
] as const) {
  test(`${what} is refused at load`, () => assert.equal(settings.safeParse([{ at }]).success, false))
}

for (const [what, rule] of [
  ['two actions', { mask: true, hash: true }],
  ['an unknown action', { blur: true }],
  ['no condition', { unless: {} }],
  ['an empty list of conditions', { unless: [] }],
  ['an unknown side of a relation', { unless: { same: ['@.doctor', 'caller.name'] } }],
  ['one side of a relation', { unless: { same: ['@.doctor'] } }],
  ['an empty list of roles', { unless: { roles: [] } }],
] as const) {
  test(`${what} is refused at load`, () => assert.equal(settings.safeParse([{ at: '$.a', ...rule }]).success, false))
}

test('an answer that is too large for what a rule looks at is refused, not looked at', () => {
  const wide = `[${'0,'.repeat(50_000)}0]`
  const text = '[0,'.repeat(60) + wide + ']'.repeat(60)
  assert.equal(redacted([{ at: '$..secret' }], text), text)
  assert.throws(() => redacted([{ at: "$..[?@.kind == 'x']" }], text), { name: 'TooLarge' })
})
