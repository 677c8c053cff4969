import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gatewayWith } from '../harness/policed.ts'
import { problemOf } from '../harness/problem.ts'

/** What a caller with the scope list_items and no role is told to be missing. */
async function missing(cedar: string, claims: object = {}) {
  const { gateway, answer } = await gatewayWith({ after }, cedar, { claims: '{ office: text }' })
  const refused = await problemOf(await answer(claims))
  assert.equal(refused.code, 'policy-refuses', cedar)
  assert.deepEqual(gateway.events.at(-1)?.refusal?.missing, refused.missing)
  return refused.missing
}

test('a caller is told which role or scope it lacks, where policies ask for nothing else', async () => {
  const roles =
    'permit (principal in Role::"buyer", action, resource); permit (principal in Role::"admin", action, resource);'
  assert.deepEqual(await missing(roles), { roles: ['buyer', 'admin'] })
  const scopes =
    'permit (principal is User, action, resource) when { context.scopes.containsAll(["order_item", "read", "list_items"]) };'
  assert.deepEqual(await missing(scopes), { scopes: ['order_item', 'read'] })
  const either = `${scopes} permit (principal, action, resource) when { context.scopes.contains("any") };`
  assert.equal(await missing(either), undefined)
})

test('nothing is told where policies ask for anything else, even of other calls, or where it would not be enough', async () => {
  const admins = 'permit (principal in Role::"admin", action, resource)'
  const hidden: readonly (readonly [cedar: string, claims?: object])[] = [
    [`${admins} when { context.time.hour >= 0 };`],
    [`${admins}; forbid (principal, action, resource) when { context.time.hour > 20 };`],
    [`${admins} when { context has ip && context.ip.isInRange(ip("127.0.0.0/8")) };`],
    [`${admins}; permit (principal == User::"carol", action, resource);`],
    [`${admins}; permit (principal in Group::"board", action, resource);`],
    [
      `${admins}; permit (principal is User, action, resource) when { principal has office && principal.office == "head" };`,
    ],
    [`${admins}; permit (principal, action, resource) when { context.credential == "apiKey" };`],
    [`${admins} when { context.scopes.contains("manage") };`],
    [
      `permit (principal, action, resource); forbid (principal in Role::"banned", action, resource);`,
      { roles: ['banned'] },
    ],
    [`permit (principal is Application, action, resource);`],
  ]
  for (const [cedar, claims] of hidden) assert.equal(await missing(cedar, claims), undefined, cedar)
})
