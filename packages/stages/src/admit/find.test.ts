import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem, readTarget, TemplateTable } from '@sallyport/core'
import fc from 'fast-check'
import { findBranch } from './find.ts'

/** Templates by the path of their API. */
type Written = Readonly<Record<string, readonly string[]>>

const words = ['a', 'b', 'c']
const word = fc.constantFrom(...words)

/** `/a/b`; empty for the root. */
const apiPath = fc.array(word, { maxLength: 3 }).map(segments => segments.map(segment => `/${segment}`).join(''))

const parameters = ['{x}', '{y}', '{z}']

/** `/a/{x}`, `/a/{rest*}`, `/a/`: each parameter has the name of its place. */
const template = fc
  .tuple(fc.array(fc.constantFrom(...words, '{}'), { maxLength: 3 }), fc.constantFrom('', '/', '/{rest*}'))
  .map(([segments, end]) => segments.map((part, i) => `/${part === '{}' ? parameters[i] : part}`).join('') + end)
  .map(text => text || '/')

const apis = fc.dictionary(apiPath, fc.uniqueArray(template, { minLength: 1, maxLength: 6 }), {
  minKeys: 1,
  maxKeys: 5,
})
const path = fc.array(fc.constantFrom(...words, 'd', 'a%2Fb', 'b%2Fc'), { minLength: 1, maxLength: 6 })
const target = fc.tuple(path, fc.boolean()).map(([segments, slash]) => `/${segments.join('/')}${slash ? '/' : ''}`)

function tablesOf(written: Written) {
  const entries = Object.entries(written).map(([at, templates]) => {
    const table = new TemplateTable(templates.map(text => ({ template: text, value: `${at} ${text}` })))
    return [at, { depth: at.split('/').length - 1, table }] as const
  })
  return { apis: new Map(entries), deepest: Math.max(...entries.map(([, { depth }]) => depth)) }
}

/** 0 for a literal, 1 for a parameter, 2 for a tail, segment by segment; undefined where the template does not fit. */
function fitOf(text: string, segments: readonly string[]): readonly number[] | undefined {
  const kinds: number[] = []
  const parts = text.slice(1).split('/')
  for (const [i, part] of parts.entries()) {
    const segment = segments[i]
    if (part.endsWith('*}')) return segment === undefined || segment === '' ? undefined : [...kinds, 2]
    if (segment === undefined) return undefined
    if (part.startsWith('{') ? segment === '' : part !== segment) return undefined
    kinds.push(part.startsWith('{') ? 1 : 0)
  }
  return parts.length === segments.length ? kinds : undefined
}

/** The API whose path is the longest beginning, then of its templates that fit the one that is first the more literal. */
function modelled(written: Written, segments: readonly string[]): { api?: string | undefined; found?: string } {
  const begins = (at: string) => at.split('/').every((part, i) => i === 0 || part === segments[i - 1])
  const [api] = Object.keys(written)
    .filter(begins)
    .sort((one, other) => other.length - one.length)
  if (api === undefined) return {}
  const rest = segments.slice(api.split('/').length - 1)
  const fits = (written[api] ?? []).flatMap(text => {
    const kinds = fitOf(text, rest)
    return kinds === undefined ? [] : [{ text, order: kinds.join('') }]
  })
  const [best] = fits.sort((one, other) => (one.order < other.order ? -1 : 1))
  return best === undefined ? { api } : { api, found: `${api} ${best.text}` }
}

/** What becomes of a target, by its word or the code of its refusal. */
function outcome(written: Written, text: string): string {
  try {
    return findBranch(tablesOf(written), readTarget(text)).branch
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

function expected(written: Written, text: string): string {
  const plain = text.slice(1).split('/').map(decodeURIComponent)
  const { api, found } = modelled(written, plain)
  if (found === undefined) return 'route-unknown'
  const other = modelled(written, plain.join('/').split('/'))
  const same = other.api === undefined || (other.api === api && (other.found === undefined || other.found === found))
  return same ? found : 'target-ambiguous'
}

test('a path leads where a plain search through all APIs and templates leads it', () => {
  fc.assert(
    fc.property(apis, target, (written, text) => {
      assert.equal(outcome(written, text), expected(written, text))
    }),
    { numRuns: 1_000 },
  )
})
