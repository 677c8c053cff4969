import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TemplateTable } from '@sallyport/core'
import { loadConfiguration } from '../load.ts'
import { formatMistake } from '../read/mistake.ts'
import type { PresetApi } from './given.ts'
import { presetNames, readPreset } from './read.ts'

/** Reads a file of this text, where there is one, over APIs that stand in none. */
async function load(text: string | undefined, apis: readonly PresetApi[] = []) {
  const files = text === undefined ? [] : ['/sallyport.yaml']
  const ports = { env: {}, jwks: { keys: [] }, secret: async () => undefined, readFile: async () => text ?? '' }
  const { result, warnings } = await loadConfiguration(files, ports, apis)
  if ('mistakes' in result) return { mistakes: result.mistakes.map(formatMistake), warnings, apis: [] }
  return { mistakes: [], warnings, apis: result.snapshot.apis }
}

const written = (api: string) => `sallyport: 1\napis:\n  gh: ${api}`

/** The upstream of an API's first operation. */
function upstreamOf(apis: Awaited<ReturnType<typeof load>>['apis']) {
  const [destination] = apis.flatMap(api => api.operations.map(operation => operation.destination))
  return destination !== undefined && 'upstream' in destination ? destination.upstream : undefined
}

for (const name of presetNames) {
  test(`the preset ${name} makes an API that takes magic tokens alone, without a file`, async () => {
    const to = name === 'powerdns' ? 'http://127.0.0.1:8053' : undefined
    const { mistakes, warnings, apis } = await load(undefined, [{ preset: name, to }])
    assert.deepEqual([mistakes, warnings], [[], []])
    const [api] = apis
    assert.deepEqual([api?.name, api?.path, api?.preset], [name, name === 'npm' ? '' : `/${name}`, name])
    assert.equal(upstreamOf(apis)?.credential, 'sealed')
    assert.ok(api?.operations.every(({ limit }) => limit.length === 1))
  })

  test(`the preset ${name} tells where its credential goes, what to permit first and how clients are given a token`, async () => {
    const { title, example, clients, operations } = await readPreset(name)
    assert.ok(title.length > 0)
    assert.match(example, /^[A-Z]+ \//)
    assert.ok(Object.keys(clients).length > 0)
    for (const line of Object.values(clients)) {
      assert.match(line, /TOKEN/)
      const placeholders = [...line.matchAll(/(?<!\$)\{(-?\w+)\}/g)].map(([, placeholder = '']) => placeholder)
      assert.ok(placeholders.some(one => one === 'url' || one === 'call' || one === 'place'))
      for (const one of placeholders) assert.ok(['url', 'call', 'place', 'METHOD', '-X'].includes(one), one)
    }
    for (const { method, template } of operations ?? []) {
      assert.match(method, /^[A-Z]+$/)
      assert.doesNotThrow(() => new TemplateTable([{ template, value: true }]), template)
    }
  })
}

test("one's own keys win over the preset's, beside those that stay", async () => {
  const { mistakes, apis } = await load(
    written('{ preset: github, path: /hub, forward: { to: "http://127.0.0.1:9" }, errors: { as: problem } }'),
  )
  assert.deepEqual(mistakes, [])
  const [api] = apis
  assert.deepEqual([api?.path, api?.errors], ['/hub', { as: 'problem', message: true }])
  assert.deepEqual([upstreamOf(apis)?.origin, upstreamOf(apis)?.credential], ['http://127.0.0.1:9', 'sealed'])
})

test("one's own identify takes the place of the preset's whole", async () => {
  const { mistakes } = await load(written('{ preset: gitlab, identify: { magicToken: { header: X-Token } } }'))
  assert.deepEqual(mistakes, [])
})

test('a preset that there is not is named with the nearest spelling, and nothing follows from it', async () => {
  const { mistakes } = await load(written('{ preset: githb }'))
  assert.equal(mistakes.length, 1)
  assert.match(
    mistakes[0] ?? '',
    /^\/sallyport\.yaml:3:\d+ {2}apis\.gh\.preset: there is no preset "githb"; did you mean "github"\?/,
  )
})

test('a preset of a server of one’s own wants to be told where it is', async () => {
  const { mistakes } = await load(written('{ preset: powerdns }'))
  assert.deepEqual(mistakes.length, 1)
  assert.match(mistakes[0] ?? '', /where powerdns runs is yours to say: forward\.to/)
})

test('a file wins over what stands in none', async () => {
  const apis = [{ preset: 'github', to: 'http://127.0.0.1:8' }]
  const own = await load('sallyport: 1\napis: { github: { path: /hub } }', apis)
  assert.deepEqual([own.mistakes, own.apis[0]?.path], [[], '/hub'])
  assert.equal(upstreamOf(own.apis)?.origin, 'http://127.0.0.1:8')
})
