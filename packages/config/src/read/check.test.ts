import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { z } from 'zod'
import { linesOf, treeOf } from '../testing/tree-of.ts'
import { checkTree } from './check.ts'
import { secretsOf } from './introspect.ts'
import { substitute } from './substitute.ts'

const rate = z.string().regex(/^\d+\/\w+$/, 'needs a rate such as 100/minute')

function mistakesOf(text: string, schema: z.ZodType): string {
  const checked = checkTree(treeOf(text), schema)
  return 'mistakes' in checked ? linesOf(checked.mistakes) : ''
}

async function checkedWith(env: Record<string, string>, text: string, schema: z.ZodType) {
  const ports = { env, readFile: async () => 'hidden-in-file', secret: async () => new Secret('hidden-in-vault') }
  const { tree } = await substitute(treeOf(text), ports)
  return checkTree(tree, schema)
}

test('a tree that the schema takes gives its typed value', () => {
  const schema = z.strictObject({ port: z.int(), limit: rate.transform(text => text.split('/')[0]) })
  assert.deepEqual(checkTree(treeOf('port: 8080\nlimit: 5/day\n'), schema), { value: { port: 8080, limit: '5' } })
})

test('all mistakes are told at once, in the order of the file', () => {
  const schema = z.strictObject({
    version: z.literal(1),
    port: z.int().min(1).max(65_535),
    algorithm: z.enum(['RS256', 'ES256', 'EdDSA']),
    hosts: z.array(z.string()).min(1),
    limit: rate,
    wait: z.union([z.literal('off'), rate]).optional(),
    path: z.string().startsWith('/'),
    url: z.url(),
    name: z.string().min(2),
    on: z.boolean(),
  })
  const text = [
    'version: 2',
    'port: 70000',
    'algorithm: RS265',
    'hosts: []',
    'limit: 100',
    'wait: of',
    'path: x',
    'url: "\\u001b[31m"',
    'name: ""',
    'on: no',
  ].join('\n')
  assert.deepEqual(mistakesOf(text, schema).split('\n'), [
    'sallyport.yaml:1:10  version: must be 1; found the number 2',
    'sallyport.yaml:2:7  port: must be at most 65535; found the number 70000',
    'sallyport.yaml:3:12  algorithm: unknown value; found the text "RS265"; did you mean "RS256"?',
    '    Allowed: RS256, ES256, EdDSA',
    'sallyport.yaml:4:1  hosts: must not be empty; found an empty list',
    'sallyport.yaml:5:8  limit: must be text, in quotes; found the number 100',
    'sallyport.yaml:6:7  wait: needs a rate such as 100/minute, or "off"; found the text "of"; did you mean "off"?',
    'sallyport.yaml:7:7  path: must begin with "/"; found the text "x"',
    'sallyport.yaml:8:6  url: must be a URL; found the text "\\u001b[31m"',
    'sallyport.yaml:9:7  name: must have at least 2 characters; found the text ""',
    'sallyport.yaml:10:5  on: must be true or false; found the text "no"',
  ])
})

test('an unknown key is told with its own place, all keys that are known there, and the nearest', () => {
  const schema = z.strictObject({
    apis: z.record(z.string(), z.strictObject({ path: z.string(), limit: rate.optional() })),
  })
  assert.equal(
    mistakesOf('apis:\n  w:\n    path: /w\n    limt: 1/day\n', schema),
    'sallyport.yaml:4:5  apis.w.limt: unknown key "limt"; did you mean "limit"? Allowed: path, limit',
  )
})

test('a missing key is told at what lacks it, but not where a misspelt neighbour was evidently meant', () => {
  const schema = z.strictObject({ api: z.strictObject({ forward: z.strictObject({ to: z.url() }), path: z.string() }) })
  assert.equal(
    mistakesOf('api:\n  forwrd: { to: http://x }\n', schema),
    [
      'sallyport.yaml:1:1  api: missing key "path" (text)',
      'sallyport.yaml:2:3  api.forwrd: unknown key "forwrd"; did you mean "forward"? Allowed: forward, path',
    ].join('\n'),
  )
})

test('a key that the rule for keys refuses is told at the key', () => {
  const schema = z.record(z.string().regex(/^[a-z]+$/, 'needs lower-case letters'), z.number())
  assert.equal(mistakesOf('a: 1\nB: 2\n', schema), 'sallyport.yaml:2:1  B: the key "B": needs lower-case letters')
})

const method: z.ZodType = z.lazy(() =>
  z.union([
    z.enum(['magicToken', 'anonymous']),
    z.strictObject({ jwt: z.string() }),
    z.strictObject({ apiKey: z.strictObject({ header: z.string() }) }),
    z.strictObject({ any: z.array(method) }),
  ]),
)

const unions: readonly (readonly [text: string, expected: string])[] = [
  ['{ jtw: staff }', 'm.jtw: unknown key "jtw"; did you mean "jwt"? Allowed: jwt, apiKey, any'],
  ['{ any: [{ apiKey: {} }] }', 'm.any[0].apiKey: missing key "header" (text)'],
  ['{ any: [{ jwt: a, apiKey: { header: x } }] }', 'm.any[0].apiKey: "apiKey" can\'t stand beside "jwt"'],
  [
    'magictoken',
    'm: must be "magicToken" or "anonymous" or a map; found the text "magictoken"; did you mean "magicToken"?',
  ],
  ['[]', 'm: must be "magicToken" or "anonymous" or a map; found an empty list'],
  ['{}', 'm: must have one of these keys; found an empty map. Allowed: jwt, apiKey, any'],
  ['{ jwt: 5 }', 'm.jwt: must be text, in quotes; found the number 5'],
]

test('of a union, what the evidently meant branch says is told', () => {
  for (const [text, expected] of unions) {
    const told = mistakesOf(`m: ${text}`, z.strictObject({ m: method }))
    assert.equal(
      told
        .replace('\n   ', '.')
        .replace('?.', '?')
        .replace(/^sallyport\.yaml:1:\d+ {2}/, ''),
      expected,
    )
  }
})

test('a discriminator decides for its branch before all other keys', () => {
  const schema = z.union([
    z.strictObject({ kind: z.literal('rate'), allow: rate, per: z.string(), burst: z.int() }),
    z.strictObject({ kind: z.literal('concurrency'), count: z.int() }),
  ])
  const told = mistakesOf('kind: concurrency\nallow: 5/day\nper: user\n', schema)
  assert.match(told, /missing key "count" \(a number\)/)
  assert.match(told, /"allow" can't stand beside "kind"/)
  const discriminated = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rate') }),
    z.strictObject({ kind: z.literal('quota') }),
  ])
  assert.equal(
    mistakesOf('kind: qouta\n', discriminated),
    'sallyport.yaml:1:7  kind: unknown value; found the text "qouta"; did you mean "quota"? Allowed: rate, quota',
  )
  assert.equal(mistakesOf('x: 1\n', discriminated), 'sallyport.yaml:1:1  missing key "kind" ("rate" or "quota")')
})

test('a setting that lists its values decides for no branch: misspelt, it is what is wrong', () => {
  const headers = z.enum(['standard', 'both', 'none']).optional()
  const schema = z.union([
    z.strictObject({ allow: rate, per: z.string(), headers }),
    z.strictObject({ concurrent: z.int(), per: z.string() }),
  ])
  assert.match(
    mistakesOf('allow: 5/day\nper: user\nheaders: bth\n', schema),
    /^sallyport\.yaml:3:10 .* "both"\?[^\n]*$/,
  )
})

test('what the second half of a pipe knows counts too', () => {
  const schema = z
    .union([z.literal('anyone').transform(() => ({})), z.record(z.string(), z.unknown())])
    .pipe(z.strictObject({ scopes: z.array(z.string()).optional() }).transform(Object.keys))
  assert.equal(
    mistakesOf('{ scope: [a] }', schema),
    'sallyport.yaml:1:3  scope: unknown key "scope"; did you mean "scopes"? Allowed: scopes',
  )
  assert.match(
    mistakesOf(
      'a: 1',
      z.preprocess(value => value, z.strictObject({ b: z.int() })),
    ),
    /unknown key "a"/,
  )
})

test('a message of the author is kept, with the place that it names, even of a key that is missing', () => {
  const schema = z.strictObject({
    api: z.strictObject({ path: z.string(), limit: rate.optional() }).superRefine(({ limit }, context) => {
      if (limit === undefined) context.addIssue({ code: 'custom', path: ['limit'], message: 'an API needs a limit' })
    }),
  })
  assert.equal(mistakesOf('\napi: { path: / }\n', schema), 'sallyport.yaml:2:1  api.limit: an API needs a limit')
})

test('a variable stands for a number, a boolean or a listed value where the schema wants one', async () => {
  const schema = z.strictObject({
    port: z.union([z.int().max(9999), z.literal('auto')]),
    on: z.boolean(),
    version: z.literal(1),
    name: z.string(),
  })
  const text = 'port: ${PORT}\non: ${ON}\nversion: ${V}\nname: ${PORT}\n'
  assert.deepEqual(await checkedWith({ PORT: '8080', ON: 'true', V: '1' }, text, schema), {
    value: { port: 8080, on: true, version: 1, name: '8080' },
  })
  const checked = await checkedWith({ PORT: '80800', ON: 'yes', V: '2' }, text, schema)
  assert('mistakes' in checked)
  assert.equal(
    linesOf(checked.mistakes),
    [
      'sallyport.yaml:1:7  port: must be at most 9999, or "auto"; found [from env PORT]',
      'sallyport.yaml:2:5  on: must be true or false; found [from env ON]',
      'sallyport.yaml:3:10  version: must be 1; found [from env V]',
    ].join('\n'),
  )
})

test('nothing from the environment, a file or the vault shows in a mistake, nor what is near to it', async () => {
  const schema = z.strictObject({
    a: z.int(),
    b: z.enum(['hidden-in-fil', 'x']),
    c: z.int(),
    d: z.array(z.string()),
    e: z.string().min(99).meta({ writeOnly: true }),
    f: z.record(z.string(), z.string().meta({ writeOnly: true })),
  })
  const checked = await checkedWith(
    { TOKEN: 'hidden-in-env' },
    'a: "x${TOKEN}"\nb: ${file:f}\nc: ${secret:s}\nd: ${TOKEN}\ne: hidden-literal\nf: hidden-literal\n',
    schema,
  )
  assert('mistakes' in checked)
  assert.equal(checked.mistakes.length, 6)
  assert.doesNotMatch(JSON.stringify(checked), /hidden-in-(?:env|file|vault)|hidden-literal|"nearest":/)
  assert.match(linesOf(checked.mistakes), /found \[from secret s\]/)
})

test('a reference that leads nowhere is not reported a second time', async () => {
  const checked = await checkedWith({}, 'a: ${UNSET}\nb: x\n', z.strictObject({ a: z.int(), b: z.int() }))
  assert('mistakes' in checked)
  assert.deepEqual(
    checked.mistakes.map(({ path }) => path),
    ['b'],
  )
})

test('a place is secret where the schema, on any branch, marks it or what it stands in', () => {
  const secret = z
    .string()
    .meta({ writeOnly: true })
    .transform(text => new Secret(text))
  const isSecret = secretsOf(
    z.strictObject({
      forward: z.union([
        z.string(),
        z.strictObject({ bearer: secret.optional(), headers: z.record(z.string(), secret) }),
      ]),
      keys: z.array(z.unknown()).meta({ writeOnly: true }),
    }),
  )
  assert.deepEqual(
    [['forward'], ['forward', 'bearer'], ['forward', 'headers', 'X'], ['keys', 0, 'k'], ['other']].map(isSecret),
    [false, true, true, true, false],
  )
})

test('every input is judged without an error of our own, whatever the schema wants', () => {
  const schema = z.strictObject({
    a: method.optional(),
    b: z.record(z.string(), z.union([rate, z.array(rate)])).optional(),
  })
  const key = fc.constantFrom('a', 'b', 'jwt', 'any', 'apiKey', 'constructor', 'toString')
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('anonymous', 5, null, true, '1/day'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(value, input => {
      const checked = checkTree(treeOf(JSON.stringify(input)), schema)
      assert.equal('value' in checked, schema.safeParse(input).success)
      if ('mistakes' in checked) assert(checked.mistakes.length > 0 && !linesOf(checked.mistakes).includes('undefined'))
    }),
    { numRuns: 300 },
  )
})

test('a URL that holds a password is not repeated in the mistake about it', () => {
  const schema = z.strictObject({ to: z.url({ protocol: /^ftp$/ }), port: z.number() })
  const mistakes = mistakesOf(
    'to: http://user:hunter2@backend.internal/\nport: http://user:hunter2@backend.internal/\n',
    schema,
  )
  assert.notEqual(mistakes, '')
  assert.doesNotMatch(mistakes, /hunter2/)
})
