import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeaderList, JsonError, Problem, readJson, readTarget } from '@sallyport/core'
import fc from 'fast-check'
import { mcpReader } from './mcp.ts'

/** Members of an object in the order in which they were written; a name may stand several times. */
type Pairs = readonly (readonly [name: string, value: string])[]

const objectOf = (pairs: Pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`

/** How servers find a member where several could be meant. */
const finders: readonly ((pairs: Pairs, name: string) => string | undefined)[] = [
  (pairs, name) => pairs.findLast(([one]) => one === name)?.[1],
  (pairs, name) => pairs.find(([one]) => one === name)?.[1],
  (pairs, name) => pairs.findLast(([one]) => one.toLowerCase() === name)?.[1],
  (pairs, name) => pairs.find(([one]) => one.normalize('NFKC').toLowerCase() === name)?.[1],
]

const pairsOf = (names: readonly string[], value: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 })

const tool = fc.constantFrom('"search"', '"drop"', '"search "', '7')
const parameters = pairsOf(['name', 'name', 'Name', 'NAME', 'ｎame', 'arguments', 'uri', '__proto__'], tool)
const method = fc.constantFrom('"tools/call"', '"tools/call"', '"ping"', '"Tools/call"', 'null', '["ping"]')
const members = pairsOf(['method', 'method', 'Method', 'METHOD', 'id', 'result', 'x'], method)

function askedBy(text: string): string | undefined {
  try {
    const body = readJson(text)
    return mcpReader.read({ method: 'POST', headers: new HeaderList([]), target: readTarget('/mcp'), body }).names[0]
  } catch (error) {
    if (error instanceof Problem || error instanceof JsonError) return undefined
    throw error
  }
}

test('what is taken every server reads alike, whichever of several members it takes', () => {
  let taken = 0
  fc.assert(
    fc.property(members, parameters, fc.nat(3), (written, inside, at) => {
      const framed: Pairs = [
        ['jsonrpc', '"2.0"'],
        ...written.slice(0, at),
        ['params', objectOf(inside)],
        ...written.slice(at),
      ]
      const asked = askedBy(objectOf(framed))
      if (asked === undefined || asked === '(answer)') return
      taken++
      for (const find of finders) {
        const called: unknown = JSON.parse(find(written, 'method') ?? 'null')
        const named: unknown = JSON.parse(find(inside, 'name') ?? 'null')
        assert.equal(asked, called === 'tools/call' ? `${called} ${named}` : called)
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(taken > 20, `only ${taken} were taken`)
})
