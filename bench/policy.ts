import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import {
  compilePolicy,
  deciding,
  type Entities,
  EntityUid,
  IpRange,
  type Question,
  type Value,
  ValueSet,
} from '@sallyport/policy'
import { readPolicies } from '@sallyport/policy/cedar'
import type { Run } from './bench.ts'
import type { Figure, Figures } from './figures.ts'
import { median } from './median.ts'

const rounds = 40

const three = `
  permit (principal, action in [Action::"GET /items", Action::"GET /items/{id}"], resource)
  when { context.scopes.contains("list_items") };

  permit (principal in Role::"staff", action == Action::"POST /orders", resource)
  when {
    context.scopes.contains("order_item") && context.hour >= 8 && context.hour < 18 &&
    context.ip.isInRange(ip("10.0.0.0/8"))
  };

  forbid (principal, action, resource)
  when { principal.office == "regional" && context.weekday > 5 };
`

/** Others beside them, each of an operation of its own. */
const others = (count: number) =>
  Array.from(
    { length: count },
    (_, i) =>
      `permit (principal in Role::"r${i}", action == Action::"POST /other/${i}", resource) when { context.scopes.contains("s${i}") };`,
  ).join('\n')

const roles = ['staff', 'buyer']
const scopes = ['list_items', 'order_item']

/** Builds what a gateway would for each call. */
function question(): Question {
  const principal = new EntityUid('User', 'ann')
  const resource = new EntityUid('Route', 'warehouse')
  const caller = {
    uid: principal,
    attributes: new Map([['office', 'head']]),
    tags: new Map<string, Value>(),
    ancestors: new Set(roles.map(role => new EntityUid('Role', role).key)),
  }
  const entities: Entities = { find: uid => (uid === principal ? caller : undefined) }
  const context = new Map<string, Value>([
    ['scopes', new ValueSet(scopes)],
    ['hour', 12],
    ['weekday', 3],
    ['ip', IpRange.read('10.1.2.3')],
  ])
  return { principal, action: new EntityUid('Action', 'POST /orders'), resource, context, entities }
}

/** The same as the reference engine takes it. */
const asked = {
  principal: { type: 'User', id: 'ann' },
  action: { type: 'Action', id: 'POST /orders' },
  resource: { type: 'Route', id: 'warehouse' },
  context: { scopes, hour: 12, weekday: 3, ip: { __extn: { fn: 'ip', arg: '10.1.2.3' } } },
  entities: [
    {
      uid: { type: 'User', id: 'ann' },
      attrs: { office: 'head' },
      parents: roles.map(id => ({ type: 'Role', id })),
    },
  ],
}

interface Work {
  readonly name: string
  readonly title: string
  readonly atMost: number | undefined
  /** How often in a round. */
  readonly times: number
  /** Whether the call is allowed. */
  decide(): boolean
}

const isAllowed = (answer: cedar.AuthorizationAnswer) =>
  answer.type === 'success' && answer.response.decision === 'allow'

function worksOn(count: number, atMost: { readonly atHand: number; readonly built: number }): readonly Work[] {
  const policies = readPolicies(three + others(count - 3))
  const decide = deciding(policies.map(({ id, json }) => compilePolicy(id, json)))
  const atHand = question()
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]))
  const parsed = `bench ${count}`
  if (cedar.preparsePolicySet(parsed, { staticPolicies }).type === 'failure')
    throw new Error('the policies do not parse')
  const named = `policy/${count}`
  const told = `${count} policies`
  return [
    {
      name: `${named}/at-hand`,
      title: `${told}, values at hand`,
      atMost: atMost.atHand,
      times: 20_000,
      decide: () => decide(atHand).allowed,
    },
    {
      name: `${named}/built`,
      title: `${told}, context and entities built for the call`,
      atMost: atMost.built,
      times: 20_000,
      decide: () => decide(question()).allowed,
    },
    {
      name: `${named}/cedar-wasm`,
      title: `${told}, cedar-wasm, policies parsed before`,
      atMost: undefined,
      times: count > 100 ? 20 : 200,
      decide: () => isAllowed(cedar.statefulIsAuthorized({ ...asked, preparsedPolicySetId: parsed })),
    },
  ]
}

/** Microseconds of processor for one decision. */
function once({ times, decide }: Work): number {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) if (!decide()) throw new Error('what is allowed was refused')
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}

/** What a decision by policy costs, beside the reference engine; the kinds in turn. */
export async function benchPolicy({ say }: Run): Promise<readonly Figures[]> {
  say(`policies in process: ${rounds} rounds`)
  const works = [
    ...worksOn(3, { atHand: 1, built: 4 }),
    ...worksOn(100, { atHand: 1, built: 4 }),
    ...worksOn(1000, { atHand: 5, built: 5 }),
  ]
  const found = new Map<Work, number[]>(works.map(work => [work, []]))
  for (let round = 0; round < rounds; round++)
    for (const work of works) {
      const spent = once(work)
      // The first quarter warms up the just-in-time compiler.
      if (round >= rounds / 4) found.get(work)?.push(spent)
    }
  const figures = [...found].map(
    ([{ name, title, atMost }, spent]): Figure => ({ name, title, atMost, unit: 'µs/decision', value: median(spent) }),
  )
  return [{ title: 'One decision by policy', figures }]
}
