import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTarget } from './target.ts'
import { TemplateError, TemplateTable } from './templates.ts'

const tableOf = (templates: readonly string[]) =>
  new TemplateTable(templates.map(template => ({ template, value: `value of ${template}` })))

const found = (templates: readonly string[], path: string) => {
  const match = tableOf(templates).match(readTarget(path).segments)
  return match && [match.template, { ...match.parameters }]
}

const everyKind = [
  '/',
  '/items',
  '/items/',
  '/items/{id}',
  '/items/new',
  '/items/{id}.json',
  '/items/v{major}',
  '/items/v{major}.json',
  '/items/{a}-{b}.json',
  '/items/{rest*}',
  '/items/{id}/parts/{part}',
  '/items/new/parts/',
  '/a%2Fb/caf\u00e9',
  '/{tenant}/status',
]

const matches: readonly [path: string, template: string | undefined, parameters?: Record<string, string>][] = [
  ['/', '/'],
  ['/items', '/items'],
  ['/items/', '/items/'],
  ['/items/5', '/items/{id}', { id: '5' }],
  ['/items/new', '/items/new'],
  ['/items/n%65w', '/items/new'],
  ['/items/New', '/items/{id}', { id: 'New' }],
  ['/items/5.json', '/items/{id}.json', { id: '5' }],
  ['/items/.json', '/items/{id}', { id: '.json' }],
  ['/items/v2', '/items/v{major}', { major: '2' }],
  ['/items/v', '/items/{id}', { id: 'v' }],
  ['/items/v2.json', '/items/v{major}.json', { major: '2' }],
  ['/items/x-y-z.json', '/items/{a}-{b}.json', { a: 'x', b: 'y-z' }],
  ['/items/5/parts/6', '/items/{id}/parts/{part}', { id: '5', part: '6' }],
  ['/items/new/parts/6', '/items/{id}/parts/{part}', { id: 'new', part: '6' }],
  ['/items/new/parts/', '/items/new/parts/'],
  ['/items/5/parts/', '/items/{rest*}', { rest: '5/parts/' }],
  ['/items/5/other', '/items/{rest*}', { rest: '5/other' }],
  ['/items/a%2Fb', '/items/{id}', { id: 'a/b' }],
  ['/items/%C3%A9%20', '/items/{id}', { id: 'é ' }],
  ['/a%2Fb/caf%C3%A9', '/a%2Fb/café'],
  ['/a/b/caf%C3%A9', undefined],
  ['/items/status', '/items/{id}', { id: 'status' }],
  ['/acme/status', '/{tenant}/status', { tenant: 'acme' }],
  ['/acme/status/', undefined],
  ['/acme', undefined],
  ['/constructor', undefined],
]

for (const [path, template, parameters = {}] of matches) {
  test(`of all kinds of templates ${template ?? 'none'} takes ${path}`, () => {
    assert.deepEqual(found(everyKind, path), template && [template, parameters])
  })
}

test('the value that was given for the template is the one that is found', () => {
  assert.equal(tableOf(['/a', '/{b}']).match(['x'])?.value, 'value of /{b}')
})

test('a tail takes no empty rest, and a parameter no empty segment', () => {
  assert.equal(found(['/files/{path*}', '/items/{id}'], '/files/'), undefined)
  assert.equal(found(['/files/{path*}', '/items/{id}'], '/items/'), undefined)
})

test('the order in which templates are given makes no difference', () => {
  const paths = matches.map(([path]) => path)
  const seen = (templates: readonly string[]) => paths.map(path => found(templates, path))
  assert.deepEqual(seen(everyKind.toReversed()), seen(everyKind))
})

test('captured parameters have no prototype, and where nothing is captured one frozen empty object is shared', () => {
  const table = tableOf(['/a', '/b', '/{__proto__}/{constructor}'])
  const { parameters } = table.match(['x', 'y']) ?? assert.fail()
  assert.equal(Object.getPrototypeOf(parameters), null)
  assert.deepEqual(Object.entries(parameters), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  assert.equal(table.match(['a'])?.parameters, table.match(['b'])?.parameters)
  assert.equal(table.match(['a']), table.match(['a']))
  assert.ok(Object.isFrozen(table.match(['a'])?.parameters))
})

test('matrix parameters are taken only where the template has its own semicolon', () => {
  const templates = ['/maps/{id};v={version}/{layer}', '/maps/{id}/{layer}']
  assert.deepEqual(found(templates, '/maps/5;v=2/x'), [templates[0], { id: '5', version: '2', layer: 'x' }])
  assert.deepEqual(found(templates, '/maps/5;v=2/x;y'), [templates[1], { id: '5;v=2', layer: 'x;y' }])
  assert.deepEqual(found(templates, '/maps/5;v=2;w=3/x'), [templates[1], { id: '5;v=2;w=3', layer: 'x' }])
  assert.equal(tableOf(templates).match(['maps', '5;v=2', 'x'])?.matrix, true)
  assert.equal(tableOf(templates).match(['maps', '5;v=2;w=3', 'x'])?.matrix, false)
})

test('two templates that match the same paths are refused, whatever their parameters are called', () => {
  for (const pair of [
    ['/a/{x}', '/a/{y}'],
    ['/a', '/%61'],
    ['/{x*}', '/{y*}'],
    ['/v{x}', '/v{y}'],
    ['/a', '/a'],
  ]) {
    assert.throws(() => tableOf(pair), { name: 'TemplateError', message: /match the same paths/ })
  }
})

/** How many nodes `match` looks at: it reads a segment once a node, and nothing else where nothing is found. */
const stepsOf = (table: TemplateTable<unknown>, segments: readonly string[]) => {
  let reads = 0
  const counting = new Proxy(segments, {
    get(target, key) {
      reads++
      return Reflect.get(target, key)
    },
  })
  assert.equal(table.match(counting), undefined)
  return reads
}

const everyWay = (depth: number): string[] =>
  depth === 0 ? [''] : everyWay(depth - 1).flatMap(before => [`${before}/a`, `${before}/{p${depth}}`])

test('10,000 templates take no more steps than 10', () => {
  const kinds = (count: number) =>
    Array.from({ length: count }, (_, index) => [
      `/op${index}/{id}`,
      `/x/r${index}-{id}.json`,
      `/{id}/op${index}`,
    ]).flat()
  const few = tableOf(kinds(10))
  const many = tableOf(kinds(10_000))
  const same = [
    ['op3', 'x', 'y'],
    ['op3', 'op4', 'z'],
    ['x', 'r3-5.json', 'y'],
    ['x', 'r3-5.xml', 'y'],
    ['q', '', 'w'],
  ]
  for (const segments of same) assert.equal(stepsOf(many, segments), stepsOf(few, segments))
})

test('a hostile path takes no more steps than the table foretells, however long it is', () => {
  const table = tableOf(everyWay(7))
  assert.equal(table.steps, 255)
  for (const length of [6, 7, 8, 5000]) assert.ok(stepsOf(table, [...Array(length).fill('a'), '']) <= table.steps)
})

test('templates that overlap in thousands of ways are refused', () => {
  assert.throws(() => tableOf(everyWay(10)), { name: 'TemplateError', message: /overlap/ })
})

test('a faulty template is refused by the table too', () => {
  assert.throws(() => tableOf(['/a', '/{b']), TemplateError)
})

// The model: every template on its own as a regular expression, then the most specific of those that match.

type Kind = 'literal' | 'mixed' | 'parameter' | 'tail'
const kinds: readonly Kind[] = ['literal', 'mixed', 'parameter', 'tail']

/** `_` stands for a parameter. */
const patterns = ['a', 'b', 'a.b', '_', '_', '_.a', 'a_', 'ab_', '_b', 'a_b', '_-_', '_._', '_-_.a', 'a_-b_', '_-b_']

const kindOf = (pattern: string): Kind => {
  if (pattern === '_*') return 'tail'
  if (pattern === '_') return 'parameter'
  return pattern.includes('_') ? 'mixed' : 'literal'
}

/** Smaller is more specific. */
const rank = (pattern: string): (number | string)[] => {
  const texts = pattern.split('_')
  const ends = kindOf(pattern) === 'mixed' ? [-(texts[0]?.length ?? 0), -(texts.at(-1)?.length ?? 0)] : []
  return [kinds.indexOf(kindOf(pattern)), ...ends, -texts.join('').length, pattern.replaceAll('_', '{}')]
}

const compare = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1
}

const capture = (pattern: readonly string[], segments: readonly string[]): string[] | undefined => {
  const tail = pattern.at(-1) === '_*'
  const depth = tail ? pattern.length - 1 : pattern.length
  if (tail ? segments.length <= depth || segments[depth] === '' : segments.length !== depth) return undefined
  const values: string[] = []
  for (const [index, part] of pattern.slice(0, depth).entries()) {
    const source = part.replaceAll('.', '\\.').replaceAll('_', '([^]+?)')
    const match = new RegExp(`^${source}$`).exec(segments[index] ?? '')
    if (match === null) return undefined
    values.push(...match.slice(1))
  }
  return tail ? [...values, segments.slice(depth).join('/')] : values
}

const written = (pattern: readonly string[]) => {
  let count = 0
  return `/${pattern
    .join('/')
    .replaceAll('_', () => `{p${count++}}`)
    .replace('}*', '*}')}`
}

const patternSegments = fc
  .tuple(fc.array(fc.constantFrom(...patterns), { maxLength: 3 }), fc.constantFrom(...patterns, '', '_*'))
  .map(([before, last]) => [...before, last])

const texts = ['a', 'b', 'ab', 'a.b', 'a-b', 'x.a', 'a-b.a', 'abb', 'axb', 'a-b-b', '..-..', 'a/b', 'é']
const pathSegments = fc
  .tuple(fc.array(fc.constantFrom(...texts), { maxLength: 3 }), fc.constantFrom(...texts, ''))
  .map(([before, last]) => [...before, last])

test('the table finds what a naive matcher finds: template and parameters', () => {
  const sets = fc.uniqueArray(patternSegments, { selector: pattern => pattern.join('/'), maxLength: 12 })
  fc.assert(
    fc.property(sets, fc.array(pathSegments, { minLength: 1, maxLength: 8 }), (set, paths) => {
      const table = tableOf(set.map(written))
      for (const segments of paths) {
        const [best] = set
          .filter(pattern => capture(pattern, segments) !== undefined)
          .sort((a, b) => compare(a.flatMap(rank), b.flatMap(rank)))
        const match = table.match(segments)
        assert.equal(match?.template, best && written(best))
        if (match && best) assert.deepEqual(Object.values(match.parameters), capture(best, segments))
      }
    }),
    { numRuns: 1000 },
  )
})
