import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replay, type Verdict } from './jwt/nginx-replay.ts'
import type { Case } from './jwt/nginx-translate.ts'
import { type Decided, deviations, lacking, otherChallenges, reasons } from './jwt/nginx-verdicts.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

const folder = 'jwt-gateway-nginx-auth-jwt'

/** The statuses that nginx answers, one a request. */
function expectedOf({ one, decided }: Verdict): Decided {
  const { expected_status: status } = one
  if (typeof status !== 'number') return status
  return decided === 'does not load' ? [status] : decided.map(() => status)
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Whether a challenge is as nginx's, parameter by parameter; ours may have more of them. */
function isLike(challenge: string | null | undefined, wanted: string): boolean {
  if (wanted === '') return (challenge ?? null) === null
  const parameters = [...wanted.matchAll(/\w+="[^"]*"/g)].map(([parameter]) => parameter)
  return challenge?.startsWith('Bearer ') === true && parameters.every(parameter => challenge.includes(parameter))
}

/** The challenges that a case names, in the order of its requests; `off` and the like are empty ones. */
const challengesIn = ({ expected_response_headers: text }: Case) =>
  [...(text ?? '').matchAll(/WWW-Authenticate:[ ]?(.*?)(?:(?<!\\)",?)?$/gm)].map(([, value = '']) =>
    value.replaceAll('\\"', '"'),
  )

function countOf(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}

test('tokens are judged as nginx-auth-jwt judges them, but for what is listed', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>(folder, 'cases.jsonl')
  const replayed = await replay(t, cases)
  const { verdicts } = replayed

  await t.test('every case is replayed, or asks for something that is listed as lacking', () => {
    assert.deepEqual(countOf(replayed.lacking), lacking)
    assert.equal(verdicts.length + replayed.lacking.length, cases.length)
  })

  await t.test('statuses are the same, but for the deviations', () => {
    const listed = Object.fromEntries(deviations.flatMap(({ decided }) => Object.entries(decided)))
    const differing = verdicts.filter(verdict => !same(verdict.decided, expectedOf(verdict)))
    assert.deepEqual(Object.fromEntries(differing.map(({ one, decided }) => [one.id, decided])), listed)
  })

  await t.test('no deviation lets by what nginx refuses', () => {
    const passed = (decided: Decided) => (decided === 'does not load' ? [] : decided).filter(status => status < 400)
    for (const verdict of verdicts) {
      assert.ok(passed(verdict.decided).length <= passed(expectedOf(verdict)).length, verdict.one.id)
    }
    const through = verdicts.flatMap(({ decided }) => passed(decided)).length
    assert.equal(replayed.backend.received.length, through, 'the backend saw the calls that were let by, and no other')
  })

  await t.test('calls are refused for the reason that nginx logs', () => {
    let compared = 0
    for (const verdict of verdicts) {
      const [reason] = verdict.reasons
      const logged = verdict.one.log_reason
      if (logged === null || reason === undefined || !same(verdict.decided, expectedOf(verdict))) continue
      const recorded = reasons.find(([pattern]) => pattern.test(logged))?.[1]
      assert.match(reason, recorded ?? /no such log line is known/, verdict.one.id)
      compared += 1
    }
    t.diagnostic(`${compared} reasons are compared`)
  })

  await t.test('every 401 bears a challenge, and it is as nginx has it, but for what is listed', () => {
    for (const { one, decided, challenges } of verdicts) {
      if (decided === 'does not load') continue
      for (const [i, status] of decided.entries()) if (status === 401) assert.ok(challenges[i], one.id)
    }
    const differing = verdicts.filter(
      ({ one, decided, challenges }) =>
        decided !== 'does not load' && !challengesIn(one).every((wanted, i) => isLike(challenges[i], wanted)),
    )
    assert.deepEqual(differing.map(({ one }) => one.id).sort(), Object.values(otherChallenges).flat().sort())
  })

  const unloaded = verdicts.filter(({ decided }) => decided === 'does not load').length
  const differing = verdicts.filter(verdict => !same(verdict.decided, expectedOf(verdict))).length
  t.diagnostic(
    `${cases.length} cases: ${verdicts.length} tried, of which ${unloaded} do not load; ${differing} deviate`,
  )
})
