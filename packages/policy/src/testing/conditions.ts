import fc from 'fast-check'
import { asCaller, type Situation } from './situation.ts'

const text = fc.constantFrom('a', 'b')
const name = fc.constantFrom('"a"', '"b"')
const small = fc.integer({ min: -1, max: 4 })
const compare = fc.constantFrom('<', '<=', '>', '>=', '==', '!=')
const range = fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '192.0.2.7', '2001:db8::/32')

/** One condition about a call. */
export const atomText = fc.oneof(
  name.map(each => `context.scopes.contains(${each})`),
  fc
    .tuple(fc.constantFrom('containsAll', 'containsAny'), name, name)
    .map(([method, a, b]) => `context.scopes.${method}([${a}, ${b}])`),
  name.map(each => `principal in Role::${each}`),
  name.map(each => `principal in [Group::${each}, Role::"c"]`),
  fc.constantFrom('principal is User', 'principal is Application', 'principal == User::"bob"', 'context has ip'),
  fc.constantFrom(
    '(context has country && context.country == "AU")',
    '(context has country && context.country != "AU")',
  ),
  fc
    .tuple(fc.constantFrom('==', '!='), name)
    .map(([sign, each]) => `(principal has office && principal.office ${sign} ${each})`),
  fc.tuple(compare, small).map(([sign, level]) => `(principal has level && principal.level ${sign} ${level})`),
  fc.constantFrom(
    '(principal has external && principal.external)',
    '(principal has teams && principal.teams.contains("a"))',
    'principal has office',
  ),
  fc.constantFrom(
    '(principal has office && principal.office like "*b")',
    '(principal has office && resource has id && resource.id == principal.office)',
  ),
  range.map(each => `(context has ip && context.ip.isInRange(ip("${each}")))`),
  fc.tuple(compare, fc.constantFrom(0, 9, 12, 18)).map(([sign, hour]) => `context.time.hour ${sign} ${hour}`),
  fc
    .tuple(compare, fc.constantFrom('0s', '9h', '12h30m', '18h'))
    .map(([sign, time]) => `context.time.ofDay ${sign} duration("${time}")`),
  fc.tuple(compare, fc.constantFrom(1, 5, 6)).map(([sign, day]) => `context.time.weekday ${sign} ${day}`),
  fc
    .tuple(fc.constantFrom('headers', 'query'), name)
    .map(([part, each]) => `(context.${part} has x && context.${part}.x == ${each})`),
)

const { condition } = fc.letrec<{ condition: string }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 3, arbitrary: atomText },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    },
    { weight: 1, arbitrary: tie('condition').map(each => `!(${each})`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('condition'), tie('condition'), tie('condition'))
        .map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
    },
  ),
}))

/** Conditions made of others. */
export const conditionText = condition

const someTexts = fc.uniqueArray(text, { maxLength: 2 })
const some = (name: string) =>
  fc
    .option(text, { nil: undefined })
    .map((value): Record<string, string> => (value === undefined ? {} : { [name]: value }))
/** Calls, many of which some of these conditions are true of. */
export const situation: fc.Arbitrary<Situation> = fc
  .record({
    type: fc.constantFrom('User', 'User', 'Application', 'Anonymous'),
    id: fc.constantFrom('ann', 'bob'),
    ...{ roles: someTexts, groups: someTexts, scopes: someTexts },
    claims: fc.record({ office: text, level: small, external: fc.boolean(), teams: someTexts }, { requiredKeys: [] }),
    ...{ headers: some('x'), query: some('x'), parameters: some('id') },
    ip: fc.constantFrom(undefined, '10.1.2.3', '10.2.3.4', '192.0.2.7', '2001:db8::1'),
    country: fc.constantFrom(undefined, 'AU', 'NZ'),
    at: fc.integer({ min: 0, max: 14 * 96 }).map(quarter => Date.UTC(2026, 0, 1) + quarter * 900_000),
    credential: fc.constantFrom('jwt', 'apiKey'),
  })
  .map(call => asCaller(call, call.type, call.id))
