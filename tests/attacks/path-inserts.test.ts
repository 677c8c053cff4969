import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corpora, outsideCases } from './jwt/outside.ts'
import { actedOn, openStand } from './paths/stand.ts'

interface Case {
  readonly id: string
  readonly kind: 'mid' | 'end'
  readonly insert: string
}

/** The variants that the set names, and the same below the open path. */
const variants: Readonly<Record<Case['kind'], (insert: string) => readonly string[]>> = {
  mid: insert => [
    `/a/${insert}/admin`,
    `/${insert}/admin`,
    `/a${insert}admin`,
    `/${insert}admin`,
    `/public/${insert}/admin`,
    `/public/${insert}admin`,
    `/public${insert}admin`,
    `/public/x/${insert}/../admin`,
  ],
  end: insert => [`/admin${insert}`, `/public/../admin${insert}`, `/public/%2e%2e/admin${insert}`],
}

test('no spelling of a path reaches what is guarded without a credential', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('path-normalisation', 'path-inserts.jsonl')
  const targets = new Set(cases.flatMap(({ kind, insert }) => variants[kind](insert)))
  const stand = await openStand(t)
  let forwarded = 0
  for (const target of targets) {
    const arrived = await stand.ask(target)
    if (arrived === undefined) continue
    forwarded++
    assert.match(actedOn(arrived), /^\/public(?:\/|$)/, `GET ${target} arrived as ${arrived}`)
  }
  assert.equal(await stand.ask('/public/good'), '/public/good')
  t.diagnostic(`${cases.length} cases, ${targets.size} targets, ${forwarded} forwarded, all of them below /public`)
})
