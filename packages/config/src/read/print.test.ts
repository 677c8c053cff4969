import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { treeOf } from '../testing/tree-of.ts'
import { mergeTrees } from './merge.ts'
import { plainValue } from './plain.ts'
import { printTree } from './print.ts'
import { substitute } from './substitute.ts'

test('every value is printed with its origin', async () => {
  const base = treeOf('gateway:\n  http: ${PORT}\n  hosts: [a.example, b.example]\nissuers: {}\n', 'base.yaml')
  const prod = treeOf('gateway: { wait: "5s" }\nlist: [[], x]\n', 'prod.yaml')
  const { tree } = await substitute(mergeTrees(base, prod), {
    env: { PORT: '8080' },
    readFile: async () => '',
    secret: async () => undefined,
  })
  assert.equal(
    printTree(tree, () => false),
    `gateway:
  http: "8080" # env PORT, base.yaml:2
  hosts:
    - a.example # base.yaml:3
    - b.example # base.yaml:3
  wait: 5s # prod.yaml:1
# base.yaml:4
issuers: {}
list:
  # prod.yaml:2
  - []
  - x # prod.yaml:2
`,
  )
})

test('secrets are masked, whether the vault gave them or the schema marks their place', async () => {
  const { tree } = await substitute(treeOf('a: "${secret:x}"\nb: literal\nc: "${TOKEN}"\nd: plain\n'), {
    env: { TOKEN: 'from-env' },
    readFile: async () => '',
    secret: async () => new Secret('from-vault'),
  })
  const text = printTree(tree, path => path[0] === 'b' || path[0] === 'c')
  assert.doesNotMatch(text, /from-vault|literal|from-env/)
  assert.match(text, /^a: "\[secret\]" # secret x, sallyport\.yaml:1$/m)
  assert.match(text, /^c: "\[secret\]" # env TOKEN, sallyport\.yaml:3$/m)
  assert.match(text, /^d: plain #/m)
})

test('what is printed reads as the same values', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'no',
      '~',
      '8080',
      ' x',
      '#',
      'a: b',
      '- a',
      'a\nb\n',
      '\t',
      '"',
      '!x',
      '*x',
      'x'.repeat(300),
      '\u0085',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
    fc.boolean(),
    fc.constant(null),
  )
  const key = fc.string().filter(text => text !== '__proto__' && text !== '<<')
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, tree, { noNullPrototype: true }), value => {
      const read = treeOf(JSON.stringify(value))
      assert.deepEqual(plainValue(treeOf(printTree(read, () => false))), plainValue(read))
    }),
    { numRuns: 100 },
  )
})
