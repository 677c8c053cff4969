import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Explanation } from '@sallyport/contract'
import { gatewayWith } from '../harness/policed.ts'
import { runCommand } from '../harness/run-command.ts'

const cedar = `
  @id("office-hours") permit (principal in Role::"staff", action, resource)
  when { context.time.weekday <= 5 && context.time.ofDay >= duration("9h") && context.time.ofDay < duration("18h") };
  @id("regional") permit (principal is User, action, resource)
  when { principal has office && principal.office == "regional" && principal has level && principal.level >= 3 };
  @id("contractors") forbid (principal in Group::"contractors", action, resource)
  unless { context has ip && context.ip.isInRange(ip("10.0.0.0/8")) };
`
const { gateway, status } = await gatewayWith({ after }, cedar, {
  authorize: '{ policy: { file: rules.cedar, zone: Australia/Sydney } }',
  claims: '{ office: text, level: number }',
})

async function explained(...args: readonly string[]) {
  const where = { cwd: gateway.folder, clock: gateway.clock }
  const command = ['explain', ...args, '--data', join(gateway.folder, 'data')]
  const { status, out, err } = await runCommand([...command, '--json'], where)
  assert.equal(status, 0, err)
  const { explanation }: { readonly explanation: Explanation } = JSON.parse(out)
  const [policies] = explanation.stages.find(({ stage }) => stage === 'authorize')?.policies ?? []
  return { explanation, policies, text: (await runCommand(command, where)).out }
}

test('a refused call is explained: which policies held, which did not and at what, and what it lacks', async () => {
  // 23:00 of a Thursday in Sydney.
  assert.equal(await status({ roles: ['staff'] }), 403)
  const { policies, text } = await explained(gateway.events.at(-1)?.id ?? '')
  assert.equal(policies?.allowed, false)
  assert.deepEqual(
    policies.policies.map(({ id, state }) => [id, state]),
    [
      ['office-hours', 'not held'],
      ['regional', 'not held'],
      ['contractors', 'not held'],
    ],
  )
  const [time, claims] = policies.missing
  assert.deepEqual(time, [
    {
      ...{ kind: 'time', at: '2026-01-15T22:00:00.000Z', zone: 'Australia/Sydney' },
      windows: [{ weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
    },
  ])
  assert.deepEqual(claims, [
    { kind: 'claim', name: 'office', value: 'regional' },
    { kind: 'claim', name: 'level', value: 3 },
  ])
  assert.match(
    text,
    /permit office-hours did not hold\n.*✗ context\.time\.ofDay < duration\("18h"\) {2}\(context\.time\.ofDay is 23h\)/,
  )
  assert.match(text, /- time from 09:00 to 18:00 on Monday to Friday, Australia\/Sydney\n/)
  assert.match(text, /- claim office: "regional", and claim level: 3\n/)
})

test('a call that passed is explained by what held', async () => {
  assert.equal(await status({ office: 'regional', level: 4 }), 200)
  const { policies, text } = await explained(gateway.events.at(-1)?.id ?? '')
  assert.deepEqual([policies?.allowed, policies?.missing], [true, []])
  assert.match(text, /permit regional held\n/)
  assert.match(text, /✓ principal\.level >= 3 {2}\(principal\.level is 4\)\n/)
  assert.match(text, /permit office-hours did not hold\n.*✗ principal in Role::"staff"/)
})

test('an imagined call has the claims and groups that are given, and tells what would let it pass', async () => {
  const line = 'GET /warehouse/items'
  const regional = ['--as', 'ann', '--claim', 'office=regional', '--claim', 'level=3']
  assert.equal((await explained(line, ...regional)).explanation.code, undefined)
  const contractor = await explained(line, ...regional, '--group', 'contractors')
  assert.equal(contractor.explanation.code, 'policy-refuses')
  assert.deepEqual(contractor.policies?.missing, [
    [{ kind: 'group', name: 'contractors', has: false }],
    [{ kind: 'address', value: '10.0.0.0/8' }],
  ])
  assert.equal(
    (await explained(line, ...regional, '--group', 'contractors', '--ip', '10.9.9.9')).explanation.code,
    undefined,
  )
  const early = ['--at', '2026-01-15T22:00:00Z']
  assert.equal((await explained(line, '--as', 'ann', '--roles', 'staff', ...early)).explanation.code, undefined)
})

test('claims that nobody declares, and such as are not what they were declared to be, are told', async () => {
  const where = { cwd: gateway.folder, clock: gateway.clock }
  const refused = async (claim: string) =>
    (
      await runCommand(
        ['explain', 'GET /warehouse/items', '--as', 'ann', '--claim', claim, '--data', join(gateway.folder, 'data')],
        where,
      )
    ).err
  assert.match(await refused('ofice=regional'), /is declared by none of the issuers; did you mean office\?/)
  assert.match(await refused('level=high'), /is no number/)
  assert.match(await refused('level'), /is no claim such as office=regional/)
})

test('rules that were changed since say nothing of a call: then its record tells which policies decided', async () => {
  assert.equal(await status({ groups: ['contractors'], roles: ['staff'] }), 403)
  const id = gateway.events.at(-1)?.id ?? ''
  await gateway.change('rules.cedar', cedar.replace('contractors")', 'others")'))
  const { policies } = await explained(id)
  assert.deepEqual(policies, {
    ...{ rule: 'policy', allowed: false, missing: [] },
    policies: [{ id: 'contractors', effect: 'forbid', state: 'held', conditions: [] }],
  })
})

test('what the record does not hold is told as not known, and nothing is said to be missing', async t => {
  const body = `permit (principal, action, resource) when { context.scopes.contains("order_item") && context.headers has "x-token" };`
  const gated = await gatewayWith(t, body)
  assert.equal(await gated.status({ scope: 'order_item' }), 403)
  const where = { cwd: gated.gateway.folder, clock: gated.gateway.clock }
  const id = gated.gateway.events.at(-1)?.id ?? ''
  const { out } = await runCommand(['explain', id, '--data', join(gated.gateway.folder, 'data')], where)
  assert.match(
    out,
    /permit policy1 is not known to have held\n.*\? context\.headers has "x-token" {2}\(context\.headers\.x-token is not recorded\)/,
  )
  assert.doesNotMatch(out, /it would pass with/)
})

test('hours that are told are those of the clock on the wall, also across a change of the clocks', async t => {
  const sundays = `permit (principal, action, resource) when { context.time.weekday == 7 && context.time.hour >= 9 && context.time.hour < 17 };`
  const { gateway } = await gatewayWith(t, sundays, {
    authorize: '{ policy: { file: rules.cedar, zone: Europe/Berlin } }',
  })
  const where = { cwd: gateway.folder, clock: gateway.clock }
  const told = async (at: string) => {
    const command = [
      'explain',
      'GET /warehouse/items',
      '--as',
      'ann',
      '--at',
      at,
      '--data',
      join(gateway.folder, 'data'),
      '--json',
    ]
    const { explanation }: { readonly explanation: Explanation } = JSON.parse((await runCommand(command, where)).out)
    return explanation.stages.flatMap(({ policies = [] }) => policies.flatMap(({ missing }) => missing))
  }
  // Clocks go forward in the night to Sunday, the 29th.
  const windows = [{ weekdays: [7], from: '09:00', to: '17:00' }]
  const zone = 'Europe/Berlin'
  assert.deepEqual(await told('2026-03-28T20:00:00Z'), [
    [{ kind: 'time', at: '2026-03-29T07:00:00.000Z', zone, windows }],
  ])
  assert.deepEqual(await told('2026-03-21T20:00:00Z'), [
    [{ kind: 'time', at: '2026-03-22T08:00:00.000Z', zone, windows }],
  ])
  assert.deepEqual(await told('2026-03-29T07:00:00Z'), [])
})
