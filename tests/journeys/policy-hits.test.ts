import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gatewayWith } from '../harness/policed.ts'
import { runCommand } from '../harness/run-command.ts'

const cedar = `
  @id("staff") permit (principal in Role::"staff", action, resource);
  @id("buyers") permit (principal in Role::"buyer", action, resource);
  @id("regional") forbid (principal is User, action, resource) when { principal has office && principal.office == "regional" };
`
const { gateway, status } = await gatewayWith({ after }, cedar, { claims: '{ office: text }' })

async function hits(...args: readonly string[]) {
  const command = ['policy', 'hits', '--data', join(gateway.folder, 'data'), ...args]
  const { status, out, err } = await runCommand(command, { cwd: gateway.folder, clock: gateway.clock })
  assert.equal(status, 0, err)
  return out
}

test('policies are told with how often they decided in the remembered calls, and which never did', async () => {
  assert.match(await hits(), /\n0 calls that policies judged: 3 of 3 policies decided none of them\n$/)
  const statuses = [await status({ roles: ['staff'] }), await status({ roles: ['staff'], office: 'regional' })]
  gateway.clock.advance(60_000)
  statuses.push(await status({ roles: ['staff'] }), await status({ office: 'regional' }), await status({}))
  assert.deepEqual(statuses, [200, 403, 200, 403, 403])
  for (const last of ['5', '100000']) {
    const told = JSON.parse(await hits('--json', '--last', last))
    assert.deepEqual(told, {
      ...{ calls: 5, from: '2026-01-15T12:00:00.000Z', to: '2026-01-15T12:01:00.000Z' },
      policies: [
        {
          ...{ policy: 'staff', effect: 'permit', rule: 'policy', apis: ['warehouse'] },
          ...{ decided: 2, last: '2026-01-15T12:01:00.000Z' },
        },
        { policy: 'buyers', effect: 'permit', rule: 'policy', apis: ['warehouse'], decided: 0 },
        {
          ...{ policy: 'regional', effect: 'forbid', rule: 'policy', apis: ['warehouse'] },
          ...{ decided: 2, last: '2026-01-15T12:01:00.000Z' },
        },
      ],
    })
  }
  const text = await hits()
  assert.match(text, /^buyers +permit +policy +warehouse +never$/m)
  assert.match(text, /\n5 calls that policies judged, from \S+ to \S+: 1 of 3 policies decided none of them\n$/)
  assert.equal(JSON.parse(await hits('--json', '--last', '3')).calls, 3)
})
