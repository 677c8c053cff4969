import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderWith, sallyport } from '../harness/command.ts'

const literal = { secret: '9f8a1c2b7d6e5f4031425364758697a8b9cadbec', key: 'upstream-key-3f9a8c1e' }

const risky = `sallyport: 1
issuers:
  staff: { issuer: https://id.example.com, audience: any, keys: { secret: ${literal.secret} } }
apis:
  notes:
    path: /notes
    forward: { to: http://127.0.0.1:9001, credential: { header: { X-API-Key: ${literal.key} } } }
    operations:
      POST /open: { identify: anonymous, authorize: anyone }
      GET /mine: { identify: { jwt: staff }, authorize: { scopes: [read] } }
`

const wrong = `sallyport: 1
gateway: { htp: 8080 }
apis:
  notes:
    path: notes
    identify: { jwt: staff }
    authorise: anyone
    limit: { burst: { allow: 5 per hour, per: usr } }
    forward: { to: "\${UPSTREAM_URL}" }
`

test('check tells programs who may call each operation, and warns of every risky choice at its place', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': risky })
  const { status, out } = await sallyport(folder, ['check', '--json'])
  const { operations, warnings } = JSON.parse(out)
  assert.equal(status, 0)
  const shared = { limits: 'none', without: [], to: 'http://127.0.0.1:9001' }
  assert.deepEqual(operations, [
    { operation: 'POST /notes/open', who: 'anonymous', needs: 'anyone', ...shared },
    { operation: 'GET /notes/mine', who: 'jwt of staff in header authorization', needs: 'scope read', ...shared },
  ])
  const shown: string[] = warnings.map(({ line, message }: { line: number; message: string }) => `${line} ${message}`)
  const expected = [
    /^3 tokens for any audience are accepted$/,
    /^3 a secret stands in the file as it is/,
    /^7 a secret stands in the file as it is/,
    /^9 POST \/open: anybody may write without a credential$/,
    /^9 POST \/open and 1 more: no limit$/,
  ]
  assert.equal(shown.length, expected.length)
  for (const [i, pattern] of expected.entries()) assert.match(shown[i] ?? '', pattern)
})

test('check tells people the same, and shows no secret', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': risky })
  const { status, out, err } = await sallyport(folder, ['check'])
  assert.deepEqual([status, err], [0, ''])
  assert.match(out, /^OPERATION +WHO +NEEDS +LIMITS +GOES TO\nPOST \/notes\/open +anonymous +anyone +none +http/)
  assert.equal(out.match(/^warning: .*sallyport\.yaml:\d+:\d+ {2}/gm)?.length, 5)
  for (const secret of Object.values(literal)) assert.ok(!out.includes(secret))
})

test('every mistake is told at once, with its place and the nearest spelling, and the status is 1', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': wrong })
  const { status, out, err } = await sallyport(folder, ['check'])
  assert.deepEqual([status, out], [1, ''])
  const expected = [
    /sallyport\.yaml:2:12 {2}gateway\.htp: unknown key "htp"; did you mean "http"\?/,
    /sallyport\.yaml:5:11 {2}apis\.notes\.path: needs a path such as \/warehouse, .*; found the text "notes"/,
    /sallyport\.yaml:7:5 {2}apis\.notes\.authorise: unknown key "authorise"; did you mean "authorize"\?/,
    /sallyport\.yaml:8:30 {2}apis\.notes\.limit\.burst\.allow: needs a count and a window, .* "5 per hour"/,
    /sallyport\.yaml:8:47 {2}apis\.notes\.limit\.burst\.per: .*; found the text "usr"; did you mean "user"\?/,
    /sallyport\.yaml:9:20 {2}apis\.notes\.forward\.to: the environment variable UPSTREAM_URL is not set/,
    /^6 mistakes$/m,
  ]
  for (const pattern of expected) assert.match(err, pattern)

  const asJson = await sallyport(folder, ['check', '--json'])
  assert.equal(asJson.status, 1)
  const places = JSON.parse(asJson.out).mistakes.map(({ line, nearest }: Record<string, unknown>) => [line, nearest])
  assert.deepEqual(places, [
    ...[
      [2, 'http'],
      [5, undefined],
      [7, 'authorize'],
    ],
    ...[
      [8, undefined],
      [8, 'user'],
      [9, undefined],
    ],
  ])
})

test('check --print shows where each value came from, and masks every secret, wherever it came from', async t => {
  const base = `sallyport: 1
gateway: { http: "\${PORT}", log: off, identify: { jwt: staff }, authorize: anyone }
issuers:
  staff: { issuer: https://id.example.com, audience: notes, keys: { secret: ${literal.secret} } }
apis:
  a: { path: /a, forward: { to: http://127.0.0.1:1, credential: { bearer: "\${TOKEN}" } } }
  b: { path: /b, forward: { to: http://127.0.0.1:1, credential: { query: { key: ${literal.key} } } } }
  c: { path: /c, forward: { to: http://127.0.0.1:1, credential: { basic: { username: u, password: "\${secret:upstream}" } } } }
`
  const folder = await folderWith(t, { 'base.yaml': base, 'prod.yaml': 'gateway: { maxBody: 1MiB }' })
  const env = { PORT: '8443', TOKEN: 'token-in-the-environment', STORED: 'secret-in-the-vault' }
  const stored = await sallyport(folder, ['secret', 'set', 'upstream', '--value', 'env:STORED'], { env })
  assert.equal(stored.status, 0)
  const { status, out } = await sallyport(folder, ['check', '-c', 'base.yaml', '-c', 'prod.yaml', '--print'], { env })
  assert.equal(status, 0)
  assert.match(out, /^ {2}http: "8443" # env PORT, .*base\.yaml:2$/m)
  assert.match(out, /^ {2}maxBody: 1MiB # .*prod\.yaml:1$/m)
  assert.match(out, /^ +bearer: "\[secret\]" # env TOKEN, .*base\.yaml:6$/m)
  assert.match(out, /^ +password: "\[secret\]" # secret upstream, .*base\.yaml:8$/m)
  assert.equal(out.match(/\[secret\]/g)?.length, 4)
  for (const secret of [...Object.values(literal), env.TOKEN, env.STORED]) assert.ok(!out.includes(secret))
})

test('what the command does not know is misuse: status 2, with the nearest spelling', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': risky })
  const misused = [
    [['check', '--prnit'], /^sallyport: there is no option --prnit; did you mean --print\?\n`sallyport check --help`/],
    [['up', 'my.yaml'], /^sallyport: up takes options only, not my\.yaml; did you mean -c my\.yaml\?\n/],
    [['chekc'], /^sallyport: there is no command chekc; did you mean check\?\n/],
  ] as const
  for (const [args, told] of misused) {
    const { status, out, err } = await sallyport(folder, args)
    assert.deepEqual([status, out], [2, ''])
    assert.match(err, told)
  }
})
