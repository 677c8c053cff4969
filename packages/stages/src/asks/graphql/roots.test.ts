import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '@sallyport/core'
import fc from 'fast-check'
import { buildSchema, execute, parse } from 'graphql'
import { operationIn, readDocument } from './document.ts'
import { rootsOf } from './roots.ts'

const schema = buildSchema('type Query { a: Query b: Query c: Query d: Int e: Int }')

const field = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__typename')
const alias = fc.constantFrom('', '', 'a: ', 'b: ', 'x: ', 'd: ')
const directive = fc.constantFrom('', '', '@include(if: $x)', '@skip(if: $x)', '@include(if: false)', '@skip(if: true)')
const name = fc.constantFrom('F', 'G', 'H')

const { selections } = fc.letrec<{ selections: string; selection: string }>(tie => ({
  selection: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(alias, field, directive).map(parts => parts.join(' ')),
    fc.tuple(alias, fc.constantFrom('a', 'b', 'c'), directive, tie('selections')).map(parts => parts.join(' ')),
    fc.tuple(name, directive).map(([fragment, when]) => `...${fragment} ${when}`),
    fc.tuple(fc.constantFrom('', 'on Query'), directive, tie('selections')).map(parts => `... ${parts.join(' ')}`),
  ),
  selections: fc.array(tie('selection'), { minLength: 1, maxLength: 4 }).map(all => `{ ${all.join(' ')} }`),
}))

/** Fragments that lead to later ones alone: those that lead back are refused. */
const later = (text: string, names: string) =>
  text.replace(/\.\.\.([FGH])/g, (_, at: string) =>
    names === '' ? 'd' : `...${names[at.charCodeAt(0) % names.length]}`,
  )

const document = fc
  .tuple(selections, selections, selections, selections, selections)
  .map(([one, two, f, g, h]) =>
    [
      `query One($x: Boolean!) ${one} query Two($x: Boolean!) ${two}`,
      ...[`F on Query ${later(f, 'GH')}`, `G on Query ${later(g, 'H')}`, `H on Query ${later(h, '')}`],
    ].join(' fragment '),
  )

/** Root fields that run where the reference implementation executes it, without asking whether it is valid. */
async function ranIn(source: string, operationName: string, x: boolean): Promise<string[]> {
  const ran: string[] = []
  const below = (depth: number): object | null =>
    depth > 3
      ? null
      : Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e'].map(one => [
            one,
            () => {
              if (depth === 0) ran.push(one)
              return 'abc'.includes(one) ? below(depth + 1) : 1
            },
          ]),
        )
  await execute({ schema, document: parse(source), rootValue: below(0), variableValues: { x }, operationName })
  return ran
}

/** Undefined where a document is refused. */
function askedIn(source: string, operationName: string): readonly string[] | undefined {
  try {
    const read = readDocument(source)
    return rootsOf(read, operationIn(read, operationName)).names
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

test('whatever the reference implementation runs at the root was asked for', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(document, fc.constantFrom('One', 'Two'), fc.boolean(), async (source, operationName, x) => {
      const asked = askedIn(source, operationName)
      if (asked === undefined) return
      const ran = await ranIn(source, operationName, x)
      run += ran.length
      for (const one of ran) assert.ok(asked.includes(`query ${one}`), `${one} of ${source}`)
    }),
    { numRuns: 300 },
  )
  assert.ok(run > 100, `only ${run} fields ran`)
})
