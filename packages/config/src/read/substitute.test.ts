import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { linesOf, treeOf } from '../testing/tree-of.ts'
import { plainValue } from './plain.ts'
import { type SubstitutionPorts, substitute } from './substitute.ts'
import { nodeAt, type ScalarNode } from './tree.ts'

const ports: SubstitutionPorts = {
  env: { HOST: 'h.example', PORT: '8080', EMPTY: '', NESTED: '${HOST}', YES: 'true' },
  async readFile(path) {
    const files: Record<string, string> = {
      'conf/token.txt': 'from-file\n',
      '/abs': 'absolute',
      'conf/pem': 'a\nb\r\n',
    }
    const text = files[path]
    if (text !== undefined) return text
    throw Object.assign(new Error('contents of /etc/shadow'), { code: path === 'conf/locked' ? 'EACCES' : 'ENOENT' })
  },
  async secret(name) {
    if (name === 'sealed') throw new Error('contents of the vault')
    return name === 'github' ? new Secret('ghp_very-secret') : undefined
  },
}

async function resolved(text: string, file = 'conf/sallyport.yaml') {
  return substitute(treeOf(text, file), ports)
}

async function scalarAt(text: string, ...path: (string | number)[]): Promise<ScalarNode> {
  const { tree, mistakes } = await resolved(text)
  assert.equal(linesOf(mistakes), '')
  const node = nodeAt(tree, path)
  assert(node?.kind === 'scalar')
  return node
}

test('references are replaced in scalars, several in one and anywhere in the tree', async () => {
  const { tree, files, mistakes } = await resolved(
    'a: "https://${HOST}:${PORT}/x"\nb: ["${file:token.txt}", { c: "${file:/abs}" }]\nd: "${EMPTY}"\ne: "${file:pem}"\n',
  )
  assert.deepEqual(mistakes, [])
  assert.deepEqual(plainValue(tree), {
    a: 'https://h.example:8080/x',
    b: ['from-file', { c: 'absolute' }],
    d: '',
    e: 'a\nb',
  })
  assert.deepEqual(files, ['conf/token.txt', '/abs', 'conf/pem'], 'a path counts from the file that names it')
})

test('every value remembers where it came from', async () => {
  const { sources } = await scalarAt('a: "${HOST}:${PORT}"', 'a')
  assert.deepEqual(sources, [
    { kind: 'env', name: 'HOST' },
    { kind: 'env', name: 'PORT' },
  ])
})

test('what comes in is a value: it is neither read as YAML nor searched for further references', async () => {
  assert.equal((await scalarAt('a: "${NESTED}"', 'a')).value, '${HOST}')
})

test('the whole value of a variable keeps what it would mean as YAML, for schemas that want no text', async () => {
  const { value, reread } = await scalarAt('a: ${PORT}', 'a')
  assert.deepEqual([value, reread], ['8080', 8080])
  assert.equal((await scalarAt('a: ${YES}', 'a')).reread, true)
  assert.equal((await scalarAt('a: "1${PORT}"', 'a')).reread, undefined)
  assert.equal((await scalarAt('a: ${HOST}', 'a')).reread, undefined)
})

test('a text with a stored secret in it cannot be shown', async () => {
  const { tree } = await resolved('a: "token ${secret:github}"')
  assert.deepEqual(plainValue(tree), { a: 'token ghp_very-secret' })
  assert(!inspect(tree, { depth: 9, showHidden: true }).includes('ghp_'))
  assert(!JSON.stringify(nodeAt(tree, ['a'])).includes('ghp_'))
})

test('$${ is a literal ${ and a lone $ is itself', async () => {
  assert.equal(
    (await scalarAt('a: "$${HOST} costs $5 or $$5, ${HOST}$"', 'a')).value,
    '${HOST} costs $5 or $$5, h.example$',
  )
})

test('every reference that leads nowhere is told, and no value with it', async () => {
  const { tree, mistakes, files } = await resolved(
    [
      'a: "${HOTS}"',
      'b: "${file:gone} ${file:locked}"',
      'c: "${secret:nope} ${secret:sealed}"',
      'd: "${flie:x}"',
      'e: "${HOST:-none}"',
      'f: "${file:${HOST}}"',
      'g: "${HOST"',
      'h: "${1}"',
      '"${HOST}": x',
    ].join('\n'),
  )
  const told = linesOf(mistakes)
  assert.deepEqual(told.replace(/(?:\.|\n {3}) Allowed: .*/g, '').split('\n'), [
    'conf/sallyport.yaml:1:4  a: the environment variable HOTS is not set; did you mean "HOST"?',
    'conf/sallyport.yaml:2:4  b: the file "conf/gone" does not exist',
    'conf/sallyport.yaml:2:4  b: the file "conf/locked" cannot be read (EACCES)',
    'conf/sallyport.yaml:3:4  c: no secret "nope" is stored',
    'conf/sallyport.yaml:3:4  c: the secret "sealed" cannot be read (Error)',
    'conf/sallyport.yaml:4:4  d: this "${…:…}" is not a reference; did you mean "${file:PATH}"?',
    'conf/sallyport.yaml:5:4  e: this "${…:…}" is not a reference',
    'conf/sallyport.yaml:6:4  f: a "${" has no "}" of its own; a literal one is "$${"',
    'conf/sallyport.yaml:7:4  g: a "${" has no "}" of its own; a literal one is "$${"',
    'conf/sallyport.yaml:8:4  h: this "${…}" does not name an environment variable',
    'conf/sallyport.yaml:9:1  ["${HOST}"]: nothing is substituted in a key; write the name itself',
  ])
  assert.doesNotMatch(told, /h\.example|contents of/)
  assert.deepEqual(files, ['conf/gone', 'conf/locked'], 'missing files are named too, so that they can be watched')
  assert.equal((nodeAt(tree, ['a']) as ScalarNode).broken, true)
})

test('names that every object has are not environment variables', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    const { mistakes } = await resolved(`a: "\${${name}}"`)
    assert.match(linesOf(mistakes), /is not set/)
  }
})

test('a text without references comes back as the very same node, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async text => {
      const tree = treeOf(JSON.stringify({ a: text.replaceAll('${', '') }))
      assert.equal(nodeAt((await substitute(tree, ports)).tree, ['a']), nodeAt(tree, ['a']))
    }),
  )
})

test('escaping gives back any text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom('$', '{', '}', 'H', ':', '${', '$${') }), async text => {
      const escaped = text.replaceAll('${', () => '$${')
      const { tree, mistakes } = await substitute(treeOf(JSON.stringify({ a: escaped })), ports)
      assert.equal(linesOf(mistakes), '')
      assert.deepEqual(plainValue(tree), { a: text })
    }),
  )
})
