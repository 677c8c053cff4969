import assert from 'node:assert/strict'
import test from 'node:test'
import { gatewayWith, issuer } from '../harness/policed.ts'
import { bearer } from '../harness/tokens.ts'

const cedar = `
  @id("staff") permit (principal in Role::"staff", action, resource);
  @id("head") permit (principal is User, action, resource)
  when { principal has office && principal.office == "head" && principal has teams && principal.teams.contains("a") };
  @id("sorted") forbid (principal, action, resource)
  when {
    context.query has sort && context.query.sort == "price" && context.headers has "x-region" &&
    !(context.headers has authorization) && !(context.headers has "x-token") && !(context.query has api_key)
  };
`
const claims = '{ office: text, teams: texts, level: number }'
const settings = { claims, authorize: '{ policy: rules.cedar, scopes: [list_items] }' }

test('the record of a call that policies let pass holds what they judged by', async t => {
  const { gateway, status } = await gatewayWith(t, cedar, settings)
  const region = { headers: { 'X-Region': 'au', 'X-Token': 'sesame', 'X-Other': 'other' } }
  const asked = { roles: ['staff', 'extra'], office: 'head', teams: ['a'], level: 3, groups: ['g'] }
  assert.equal(await status(asked, '/warehouse/items?other=1&api_key=sesame', region), 200)
  const { policies, facts } = gateway.events.at(-1) ?? {}
  assert.deepEqual(policies, [{ rule: 'policy', allowed: true, held: ['head', 'staff'] }])
  assert.deepEqual(facts, {
    caller: {
      roles: { has: ['staff', 'extra'] },
      groups: { has: ['g'] },
      scopes: { has: ['list_items'] },
      claims: { office: 'head', teams: ['a'] },
    },
    request: { headers: { 'x-region': 'au' }, query: { sort: null }, parameters: {} },
  })
})

test('the record of a refused call says which policies refused, and what the call did not have', async t => {
  const { gateway, status } = await gatewayWith(t, cedar, settings)
  assert.equal(await status({ roles: [] }), 403)
  const { policies, facts } = gateway.events.at(-1) ?? {}
  assert.deepEqual(policies, [{ rule: 'policy', allowed: false, held: [] }])
  assert.deepEqual(facts?.caller.claims, { office: null, teams: null })
  assert.deepEqual(facts?.request, { headers: { 'x-region': null }, query: { sort: null }, parameters: {} })
  assert.equal(await status({ roles: ['staff'] }, '/warehouse/items?sort=price', { headers: { 'X-Region': 'a' } }), 200)
})

test('what is too long, stands twice or looks like a secret is not recorded, and is not told as missing', async t => {
  const { gateway } = await gatewayWith(t, cedar, settings)
  const roles = ['staff', ...Array.from({ length: 100 }, (_, i) => `role${i}`)]
  const token = await issuer.token({ roles, office: 'o'.repeat(257), teams: 7 })
  const { headers } = bearer(token)
  await gateway.call('/warehouse/items?sort=a&sort=b', { headers: { ...headers, 'X-Region': headers.Authorization } })
  const { policies, facts, refusal } = gateway.events.at(-1) ?? {}
  assert.equal(refusal?.code, 'policy-refuses')
  assert.deepEqual(policies, [])
  assert.deepEqual(facts?.caller.roles, { has: ['staff'], of: ['staff'] })
  assert.deepEqual([facts?.caller.claims, facts?.caller.unfit], [{}, ['teams']])
  assert.deepEqual(facts?.request, { headers: {}, query: {}, parameters: {}, unfit: ['query.sort'] })
})

test('policies that were not asked have no verdict in the record', async t => {
  const { gateway, status } = await gatewayWith(t, cedar, settings)
  assert.equal(await status({ scope: 'other', roles: ['staff'] }), 403)
  const { policies, facts } = gateway.events.at(-1) ?? {}
  assert.deepEqual([policies, facts?.caller.scopes], [[], { has: ['other'] }])
})
