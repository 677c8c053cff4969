import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import type { Case } from './case.ts'

const names = ['a', 'b', 'cc', '__proto__', 'constructor', 'd e', 'é😀'] as const
const types = ['User', 'Role', 'Shop::Order'] as const
const ids = ['x', 'y', '', '"q\\'] as const

const name = fc.constantFrom(...names)
const uid = fc.record({ type: fc.constantFrom(...types), id: fc.constantFrom(...ids) })
const actionUid = fc.record({ type: fc.constant('Action'), id: fc.constantFrom('get', 'put', 'any') })

const word = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'aab', '*', 'a*b', 'é', '😀', '192.0.2.1', '1.5', '2026-01-31', '1h'),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
)
const ipText = fc.constantFrom(
  ...['192.0.2.1', '192.0.2.0/24', '10.0.0.0/8', '10.1.2.3/9', '127.0.0.1', '127.0.0.0/7', '127.3.0.0/16', '0.0.0.0/0'],
  ...['::1', '::1/127', '::/0', '2001:db8::/32', '2001:db8:1::ffff', 'ff02::1', 'ff00::/7', '224.0.0.1', '224.0.0.0/3'],
  ...[
    '01.2.3.4',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/032',
    '::ffff:1.2.3.4',
    '1.2.3.4/',
    '::1%eth0',
    ':::',
    'x',
    '1.2.3.4/+8',
  ],
)
const digits = fc.constantFrom('0', '1', '00', '12', '0012', '9999', '12345', '922337203685477', '922337203685478')
const decimalText = fc.oneof(
  fc.tuple(fc.constantFrom('', '-', '+'), digits, digits).map(([sign, whole, part]) => `${sign}${whole}.${part}`),
  fc.constantFrom('922337203685477.5807', '922337203685477.5808', '-922337203685477.5808', '1', '.5', '1.', ' 1.0'),
)
const datetimeText = fc.constantFrom(
  ...['2026-01-31', '2024-02-29', '2023-02-29', '0000-01-01', '0000-02-29', '9999-12-31', '2026-1-31', '2026-13-01'],
  ...['2026-01-31T23:59:59Z', '2026-01-31T24:00:00Z', '2026-01-31T23:59:60Z', '2026-01-31T23:59:59.999Z'],
  ...['2026-01-31T23:59:59.9Z', '2026-01-31T00:00:00+0130', '2026-01-31T00:00:00.001-2359', '2026-01-31T00:00:00+2400'],
  ...['2026-01-31T00:00:00+00:00', '2026-01-31T00:00:00', '2026-01-31t00:00:00z', '1969-12-31T23:59:59.999Z', ''],
)
const durationText = fc.oneof(
  fc.constantFrom('1d', '1d2h3m4s5ms', '-1d', '-', '', '1h1d', '1ms1s', '1.5s', '+1s', '0ms', '1s1s', '1S', ' 1s'),
  digits.map(count => `${count}ms`),
  fc.constantFrom('9223372036854775807ms', '-9223372036854775808ms', '9223372036854775808ms', '106751991168d'),
)
const extensionText = { ip: ipText, decimal: decimalText, datetime: datetimeText, duration: durationText } as const

const safeInteger = fc.oneof(
  fc.integer({ min: -3, max: 5 }),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53 - 1, -(2 ** 53 - 1)),
)

/** A text as Cedar writes it. */
function quoted(text: string): string {
  const escaped = [...text].map(char => {
    if (char === '"' || char === '\\') return `\\${char}`
    return /[\p{L}\p{N} .:/+*_-]/u.test(char) ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`
  })
  return `"${escaped.join('')}"`
}

const uidText = ({ type, id }: { readonly type: string; readonly id: string }) => `${type}::${quoted(id)}`
const binary = (left: string, operator: string, right: string) => `(${left} ${operator} ${right})`

const wordText = word.map(quoted)
const pattern = fc
  .array(
    fc.oneof(
      fc.constant('*'),
      word.map(part => quoted(part).slice(1, -1).replaceAll('*', '\\*')),
    ),
    { maxLength: 4 },
  )
  .map(parts => `"${parts.join('')}"`)

const made = fc.oneof(
  ...Object.entries(extensionText).map(([fn, texts]) => texts.map(text => `${fn}(${quoted(text)})`)),
)
const methods = {
  one: [
    'isIpv4',
    'isIpv6',
    'isLoopback',
    'isMulticast',
    'toDate',
    'toTime',
    'toMilliseconds',
    'toSeconds',
    'toMinutes',
    'toHours',
    'toDays',
    'isEmpty',
  ],
  two: [
    'isInRange',
    'lessThan',
    'lessThanOrEqual',
    'greaterThan',
    'greaterThanOrEqual',
    'offset',
    'durationSince',
    'contains',
    'containsAll',
    'containsAny',
    'hasTag',
    'getTag',
  ],
}

const { expression } = fc.letrec<{ expression: string; leaf: string }>(tie => {
  const inner = tie('expression')
  return {
    leaf: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('principal', 'action', 'resource', 'context', 'true', 'false') },
      { weight: 2, arbitrary: safeInteger.map(value => (value < 0 ? `(${value})` : String(value))) },
      { weight: 2, arbitrary: wordText },
      { weight: 2, arbitrary: uid.map(uidText) },
      { weight: 3, arbitrary: made },
      {
        weight: 6,
        arbitrary: fc
          .tuple(fc.constantFrom('principal', 'resource', 'context'), name)
          .map(([of, member]) => `${of}[${quoted(member)}]`),
      },
    ),
    expression: fc.oneof(
      { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
      { weight: 3, arbitrary: tie('leaf') },
      {
        weight: 3,
        arbitrary: fc
          .tuple(inner, fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in'), inner)
          .map(parts => binary(...parts)),
      },
      { weight: 3, arbitrary: fc.tuple(inner, fc.constantFrom('&&', '||'), inner).map(parts => binary(...parts)) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('!', '-'), inner).map(([sign, of]) => `(${sign}(${of}))`) },
      { weight: 2, arbitrary: fc.tuple(inner, name).map(([of, member]) => `((${of}) has ${quoted(member)})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(inner, fc.constantFrom('a.b', 'cc.a.b', 'b.cc'))
          .map(([of, path]) => `((${of}) has ${path})`),
      },
      { weight: 2, arbitrary: fc.tuple(inner, name).map(([of, member]) => `(${of})[${quoted(member)}]`) },
      { weight: 2, arbitrary: fc.tuple(inner, pattern).map(([of, like]) => `((${of}) like ${like})`) },
      { weight: 2, arbitrary: fc.tuple(inner, fc.constantFrom(...types)).map(([of, type]) => `((${of}) is ${type})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(inner, fc.constantFrom(...types), inner)
          .map(([of, type, range]) => `((${of}) is ${type} in (${range}))`),
      },
      { weight: 1, arbitrary: fc.tuple(inner, inner, inner).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`) },
      { weight: 2, arbitrary: fc.array(inner, { maxLength: 3 }).map(items => `[${items.join(', ')}]`) },
      {
        weight: 1,
        arbitrary: fc
          .uniqueArray(fc.tuple(name, inner), { maxLength: 2, selector: ([key]) => key })
          .map(members => `{${members.map(([key, value]) => `${quoted(key)}: ${value}`).join(', ')}}`),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(inner, fc.constantFrom(...methods.one)).map(([of, method]) => `(${of}).${method}()`),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(inner, fc.constantFrom(...methods.two), inner)
          .map(([of, method, other]) => `(${of}).${method}(${other})`),
      },
    ),
  }
})

const scope = (part: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(part) },
    uid.map(each => `${part} == ${uidText(each)}`),
    uid.map(each => `${part} in ${uidText(each)}`),
    fc.constantFrom(...types).map(type => `${part} is ${type}`),
    fc.tuple(fc.constantFrom(...types), uid).map(([type, each]) => `${part} is ${type} in ${uidText(each)}`),
  )
const actionScope = fc.oneof(
  { weight: 3, arbitrary: fc.constant('action') },
  actionUid.map(each => `action == ${uidText(each)}`),
  actionUid.map(each => `action in ${uidText(each)}`),
  fc.array(actionUid, { maxLength: 3 }).map(each => `action in [${each.map(uidText).join(', ')}]`),
)
const condition = fc.tuple(fc.constantFrom('when', 'unless'), expression).map(([kind, body]) => `${kind} { ${body} }`)

export const policyText = fc
  .tuple(
    fc.constantFrom('permit', 'permit', 'forbid'),
    scope('principal'),
    actionScope,
    scope('resource'),
    fc.array(condition, { maxLength: 2 }),
  )
  .map(
    ([effect, principal, action, resource, conditions]) =>
      `${effect}(${principal}, ${action}, ${resource}) ${conditions.join(' ')};`,
  )

/** Only good ones: a bad one in a context is a request that can't be judged. */
const extension = fc.constantFrom(
  ...['192.0.2.1', '192.0.2.0/24', '127.0.0.1', '::1', '2001:db8::/32'].map(arg => ({ __extn: { fn: 'ip', arg } })),
  ...['0.0', '1.5', '-0.0001', '922337203685477.5807'].map(arg => ({ __extn: { fn: 'decimal', arg } })),
  ...['2026-01-31', '1969-12-31T23:59:59.999Z', '0000-01-01'].map(arg => ({ __extn: { fn: 'datetime', arg } })),
  ...['1h', '-1ms', '9223372036854775807ms'].map(arg => ({ __extn: { fn: 'duration', arg } })),
)

const { value } = fc.letrec<{ value: CedarValueJson }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.boolean(),
    safeInteger,
    word,
    uid.map(each => ({ __entity: each })),
    extension,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}))

const members = fc.dictionary(name, value, { maxKeys: 4 })
const parentOf = { User: 'Role', Role: 'Shop::Order', 'Shop::Order': undefined } as const

/** Of each type some; a user is in roles, a role in orders, so that none is in itself. */
const entity: fc.Arbitrary<EntityJson> = uid.chain(named =>
  fc.record({
    uid: fc.constant(named),
    attrs: members,
    tags: members,
    parents: fc.array(fc.constantFrom(...ids), { maxLength: 2 }).map(parents => {
      const type = parentOf[named.type]
      return type === undefined ? [] : parents.map(id => ({ type, id }))
    }),
  }),
)
const actionEntity: fc.Arbitrary<EntityJson> = fc.boolean().map(inAny => ({
  uid: { type: 'Action', id: 'get' },
  attrs: {},
  parents: inAny ? [{ type: 'Action', id: 'any' }] : [],
}))

/** Questions of one case: policies are read once for all of them. */
export const askedInCase = 10

const entities = fc
  .tuple(fc.uniqueArray(entity, { maxLength: 5, selector: ({ uid: each }) => JSON.stringify(each) }), actionEntity)
  .map(([some, action]) => [...some, action])
const asked = fc.array(fc.record({ principal: uid, action: actionUid, resource: uid, context: members }), {
  minLength: askedInCase,
  maxLength: askedInCase,
})
const policies = fc
  .array(policyText, { minLength: 1, maxLength: 4 })
  .map(texts => Object.fromEntries(texts.map((text, i) => [`policy${i}`, text])))

/** Entities, and questions about them. */
export const questionsOfOneCase = fc.record({ entities, asked })

/** Policies, entities, and questions. */
export const generatedCase: fc.Arbitrary<Case> = fc.record({ policies, entities, asked })
