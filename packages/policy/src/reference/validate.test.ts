import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextPaths } from '../named.ts'
import { schemaOf } from '../schema.ts'
import { readPolicies } from './read.ts'
import { validated } from './validate.ts'

const schema = schemaOf({
  operations: ['GET /items/{id}', 'POST /orders'],
  parameters: ['id'],
  claims: { office: 'text', level: 'number' },
  headers: ['x-region'],
  query: ['sort'],
})

const findings = (text: string) =>
  validated(readPolicies(text), schema).map(({ message, place }) => `${place?.line}:${place?.column} ${message}`)

test('what a policy may name is taken', () => {
  const text = `
    permit (principal in Role::"staff", action == Action::"POST /orders", resource in Api::"warehouse")
    when {
      context.time.hour >= 8 && context.time.ofDay < duration("18h30m") && context.time.weekday <= 5 &&
      context has ip && context.ip.isInRange(ip("10.0.0.0/8")) && context.scopes.contains("order_item")
    };
    permit (principal is User, action == Action::"GET /items/{id}", resource)
    when { resource has id && resource.id like "b*" && principal has office && principal.office == "head" };
    forbid (principal, action, resource)
    unless { context.headers has "x-region" && context.headers["x-region"] == "au" && context.query has sort };
  `
  assert.deepEqual(findings(text), [])
})

test('what is not there is told with its place, and what may have been meant', () => {
  assert.deepEqual(findings('permit (principal, action == Action::"POST /order", resource);').slice(0, 1), [
    '1:30 unrecognized action `Action::"POST /order"`; did you mean `Action::"POST /orders"`?',
  ])
  const [finding = ''] = findings('permit (principal, action, resource)\nwhen { context.tyme.hour > 8 };')
  assert.match(finding, /^2:8 attribute `tyme` in context for Action::"[^"]+" not found; did you mean `time`\?$/)
})

test('a policy that no call can meet is told so', () => {
  assert.deepEqual(findings('\npermit (principal is User, action, resource) when { principal is Application };'), [
    '2:1 this policy can never hold: it is false for every operation, caller and API that it could be asked about',
  ])
})

test('a claim that a caller may lack is asked for before it is used', () => {
  const [finding = ''] = findings('permit (principal is User, action, resource) when { principal.office == "head" };')
  assert.match(finding, /unable to guarantee safety of access to optional attribute `office`/)
})

test('members of the context that policies name are found, the whole of it among them', () => {
  const paths = (body: string) =>
    contextPaths(readPolicies(`permit (principal, action, resource) when { ${body} };`)[0]?.json)
  assert.deepEqual(paths('context.time.hour > 8 && context.query has sort'), [
    ['time', 'hour'],
    ['query', 'sort'],
  ])
  assert.deepEqual(paths('context has ip.x && principal.a == 1'), [['ip', 'x']])
  assert.deepEqual(paths('principal.r == context'), [[]])
})
