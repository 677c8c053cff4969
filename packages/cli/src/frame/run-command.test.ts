import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from '../commands.ts'
import { emptyFolder } from '../example-ports.ts'

test('every command has help with its options and an example that names it', async t => {
  const { run } = await emptyFolder(t)
  for (const { name, options } of commands) {
    const { status, out } = await run([...name.split(' '), '--help'])
    assert.equal(status, 0, name)
    assert.match(out, new RegExp(`^usage: sallyport ${name}`))
    assert.match(out, new RegExp(`examples:\n  # .+\n  sallyport ${name}`))
    for (const option of [...Object.keys(options), 'json', 'help']) assert.ok(out.includes(`--${option}`), option)
  }
})

test('help lists every command, and those of a group', async t => {
  const { run } = await emptyFolder(t)
  const all = await run(['--help'])
  assert.equal(all.status, 0)
  for (const { name } of commands) assert.ok(all.out.includes(`  ${name} `), name)
  assert.equal((await run(['help'])).out, all.out)
  const keys = await run(['key', '--help'])
  assert.equal(keys.status, 0)
  assert.match(keys.out, /key rotate/)
  assert.doesNotMatch(keys.out, /user create/)
  assert.equal((await run(['help', 'key', 'rotate'])).out, (await run(['key', 'rotate', '-h'])).out)
})

test('what is no command or option is misuse, with the nearest spelling', async t => {
  const { run } = await emptyFolder(t)
  const misused: [string[], RegExp][] = [
    [[], /^usage: sallyport COMMAND/],
    [['explian', 'x'], /there is no command explian; did you mean explain\?/],
    [['key', 'crate', 'shop'], /there is no command key crate; did you mean key create\?/],
    [['key'], /key what\? create, list, rotate, revoke/],
    [['--verbose'], /there is no command --verbose/],
    [['key', 'create', 'shop', '--scope', 'a'], /there is no option --scope; did you mean --scopes\?/],
    [['key', 'create', 'shop', '--scopes'], /'--scopes <value>' argument missing/],
    [['key', 'create'], /needs one NAME\n`sallyport key create --help` tells more/],
    [['key', 'create', 'a', 'b'], /needs one NAME/],
    [['key', 'list', 'shop'], /key list takes options only, not shop\n/],
    [['check', 'shop.yaml'], /not shop\.yaml; did you mean -c shop\.yaml\?/],
    [['calls', '--last', '0'], /--last needs a whole number/],
  ]
  for (const [argv, message] of misused) {
    const { status, out, err } = await run(argv)
    assert.equal(status, 2, argv.join(' '))
    assert.equal(out, '')
    assert.match(err, message)
  }
})

test('what fails is told in one line, or as JSON, with status 1', async t => {
  const { run } = await emptyFolder(t)
  const told = await run(['key', 'revoke', 'shop'])
  assert.deepEqual(told, { status: 1, out: '', err: 'sallyport: there is no key shop\n' })
  const { status, err } = await run(['key', 'revoke', 'shop', '--json'])
  assert.equal(status, 1)
  assert.deepEqual(JSON.parse(err), { error: { message: 'there is no key shop' } })
})

test('the version is the one that runs', async t => {
  const { run } = await emptyFolder(t)
  assert.deepEqual(await run(['--version']), { status: 0, out: '1.2.3\n', err: '' })
})
