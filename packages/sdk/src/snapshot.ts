import { hash } from 'node:crypto'
import {
  type Api,
  type ApiLabels,
  type ErrorForm,
  type GatewayRules,
  type IdentifyTree,
  isTried,
  type Method,
  type Operation as Routed,
  type Rule,
  requestLimits,
  type Snapshot,
  type TokenPolicy,
} from '@sallyport/core'
import { type Issuer, inspectKinds, preflightFor, protectKinds, type StagePorts } from '@sallyport/stages'
import type { Operation, Rules } from './api.ts'
import type { AuthorizeRule } from './authorize.ts'
import { type AskedTokens, type Identify, isMethod, tokensIn } from './identify.ts'
import { inOrder, type Level, levelOf, ruleOf } from './levels.ts'
import { requireOnce, requireStreams } from './load-checks.ts'
import { Media, usualMax } from './media.ts'

function identifyOf(tree: Identify, level: Level): IdentifyTree<Rule<StagePorts, Method>> {
  if (isMethod(tree)) return ruleOf(tree.bound, level)
  if ('any' in tree) return { any: tree.any.map(child => identifyOf(child, level)) }
  return { all: tree.all.map(child => identifyOf(child, level)) }
}

const listed = (rules: Rules['authorize']): readonly AuthorizeRule[] =>
  rules === undefined ? [] : 'create' in rules ? [rules] : rules

const admitOf = (level: Level) => (level.rules.admit ?? []).map(bound => ruleOf(bound, level))

const isEnforced = (rule: Rule<StagePorts, unknown>) => !isTried(rule)

/** The rules that are tried; undefined where none is. */
function triedIn(
  rules: Pick<Routed<StagePorts>, 'authorize' | 'limit' | 'inspect' | 'protect'>,
): Routed<StagePorts>['tried'] {
  const tried = {
    authorize: rules.authorize.filter(isTried),
    limit: rules.limit.filter(isTried),
    inspect: rules.inspect.filter(isTried),
    protect: rules.protect.filter(isTried),
  }
  return Object.values(tried).every(list => list.length === 0) ? undefined : tried
}

async function routed(operation: Operation, name: string, above: Level): Promise<Routed<StagePorts>> {
  const { endpoint, rules } = operation
  const owner = `${name} ${endpoint.route}`
  const own = await levelOf({ from: 'operation', owner }, rules, `${endpoint.route}: `)
  const levels = [above, own]
  const nearest = levels.findLast(level => level.rules.identify !== undefined)
  const authorize = levels.flatMap(level => listed(level.rules.authorize).map(bound => ruleOf(bound, level)))
  if (nearest?.rules.identify === undefined)
    throw new TypeError(`${endpoint.route} has no identify: say how callers are told apart, or anonymous`)
  if (authorize.length === 0) throw new TypeError(`${endpoint.route} has no authorize: say who may call, or anyone`)
  if (!authorize.some(isEnforced))
    throw new TypeError(
      `${endpoint.route} has no authorize but what is tried, which refuses nobody: say anyone beside it`,
    )
  const { input, handler } = operation.work(owner)
  const limit = levels.flatMap(level => level.limit)
  const inspect = inOrder(inspectKinds, 'inspect', levels)
  const protect = inOrder(protectKinds, 'protect', levels)
  return {
    id: endpoint.route,
    method: endpoint.method,
    template: endpoint.template,
    selector: undefined,
    admit: levels.flatMap(admitOf),
    admitLimit: [],
    maxBody: endpoint.shape.body instanceof Media ? endpoint.shape.body.max : usualMax,
    json: requestLimits,
    identify: identifyOf(nearest.rules.identify, nearest),
    authorize: authorize.filter(isEnforced),
    limit: limit.filter(isEnforced),
    inspect: [...inspect.filter(isEnforced), input],
    protect: protect.filter(isEnforced),
    tried: triedIn({ authorize, limit, inspect, protect }),
    without: [],
    destination: { handler, audience: tokensIn(nearest.rules.identify)?.audience },
  }
}

const noTokens: TokenPolicy = { from: 0, longestMs: 0, parts: 1, widest: {} }

/** One application is one audience. Throws TypeError where it would be several. */
function tokenPolicy(trees: readonly Rules['identify'][]): TokenPolicy {
  const asked = new Set(trees.flatMap(tree => (tree === undefined ? [] : (tokensIn(tree) ?? []))))
  const [only, more]: readonly AskedTokens[] = [...asked]
  if (more !== undefined) throw new TypeError('magicToken: is declared more than once; declare it once and share it')
  return only?.policy ?? noTokens
}

/** What an application is made of. */
interface Application {
  readonly name: string
  readonly operations: readonly Operation[]
  readonly rules: Rules
  readonly gateway: GatewayRules
  readonly labels: ApiLabels
  readonly errors: ErrorForm
}

/** An application as the rules that the stages judge by. Rejects with TypeError where an operation is open without saying so. */
export async function snapshotOf({
  name,
  operations,
  rules,
  gateway,
  labels,
  errors,
}: Application): Promise<Snapshot<StagePorts, Issuer>> {
  requireOnce(operations.map(({ endpoint }) => endpoint.route))
  const above = await levelOf({ from: 'api', owner: name }, rules)
  const outside = above.protect.filter(isEnforced)
  const api: Api<StagePorts> = {
    name,
    path: '',
    keepPath: false,
    labels,
    errors,
    tokens: tokenPolicy([rules.identify, ...operations.map(operation => operation.rules.identify)]),
    outside,
    preflight: preflightFor({ admit: admitOf(above), admitLimit: [], protect: outside }),
    operations: await Promise.all(
      operations.map(async operation => {
        const made = await routed(operation, name, above)
        requireStreams(made, operation.endpoint.shape)
        return made
      }),
    ),
  }
  const named = api.operations.map(({ id }) => id).join('\n')
  return { hash: hash('sha256', named, 'hex').slice(0, 16), gateway, issuers: {}, outside, apis: [api] }
}
