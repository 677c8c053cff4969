import type { Api, GatewayRules, Method, PublicJwks, Rule, Sets, Snapshot } from '@sallyport/core'
import { isLoopback, leavesOf, makeOnce, TemplateTable } from '@sallyport/core'
import { type DecisionDoor, type Issuer, identifyFault, type StagePorts } from '@sallyport/stages'
import type { RedisStoreSettings } from '@sallyport/store'
import type { Configuration } from '../schema/configuration.ts'
import { checkAsks } from './asks-checks.ts'
import type { Compilation } from './compilation.ts'
import { checkCors } from './cors-checks.ts'
import { compileCounters } from './counters.ts'
import { checkCsrf } from './csrf-checks.ts'
import { compileDecisions } from './decisions.ts'
import { withFiles } from './files.ts'
import { compileGeo } from './geo.ts'
import { checkGuards, guardMaker } from './guard-checks.ts'
import { compileIssuers } from './issuers.ts'
import { leavingRules } from './leaving-rules.ts'
import { type LevelRules, levelRules } from './levels.ts'
import { compileListeners, type Listeners } from './listeners.ts'
import { warnOfLiterals, warnOfLiteralsIn } from './literal-secrets.ts'
import { type Compiled, compileOperations } from './operations.ts'
import { plainApi } from './plain.ts'
import { probePorts } from './probe.ts'
import { warnOfRisks } from './risks.ts'
import { checkNames } from './rule-faults.ts'
import { checkSealed } from './sealed-checks.ts'
import { compileSets } from './sets.ts'
import { enforcedProtect } from './tried-rules.ts'
import { wellKnown } from './well-known.ts'

/** All that a configuration comes to. */
export interface Compiling {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly sets: Sets
  readonly listeners: Listeners
  /** Where limits are counted; undefined for this process's memory. */
  readonly counters: RedisStoreSettings | undefined
  /** Where others ask for decisions. */
  readonly decisions: readonly DecisionDoor[]
}

function gatewayRules(written: Configuration['gateway'], listeners: Listeners): GatewayRules {
  return {
    url: written.url?.href.replace(/\/$/, '') ?? listeners.url,
    hosts: written.hosts,
    trustedProxies: written.trustedProxies,
    clientAddress: written.clientAddress,
    guessing: written.guessing,
    record: written.record,
  }
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Two operations that could not be told apart: the same method, path and selector. */
function checkTwins(compiled: readonly Compiled[], work: Compilation): void {
  const seen = new Set<string>()
  for (const { operation, path } of compiled) {
    if (seen.has(operation.id)) work.mistake(path, `${operation.id} stands twice`)
    seen.add(operation.id)
  }
}

/** Tries what the gateway will do when it loads: templates that clash, methods that cannot be told apart or made. */
function checkLoadable(compiled: readonly Compiled[], probe: StagePorts, work: Compilation): void {
  try {
    const templates = new Set(compiled.map(({ operation }) => operation.template))
    new TemplateTable([...templates].map(template => ({ template, value: template })))
  } catch (error) {
    const [first] = compiled
    if (first !== undefined) work.mistake(first.path.slice(0, 2), message(error))
  }
  const make = makeOnce<StagePorts, Method>(probe)
  const faults = new Map<unknown, string | undefined>()
  for (const { operation, path } of compiled) {
    if (!faults.has(operation.identify)) faults.set(operation.identify, faultOf(operation.identify, make))
    const fault = faults.get(operation.identify)
    if (fault === undefined) continue
    work.mistake(path, fault)
    faults.set(operation.identify, undefined)
  }
}

function faultOf(tree: Compiled['operation']['identify'], make: (rule: Rule<StagePorts, Method>) => Method) {
  try {
    return identifyFault(tree, make)
  } catch (error) {
    return message(error)
  }
}

/** A password must not cross a network in the clear (RFC 7617 section 4). */
function checkBasic(compiled: readonly Compiled[], listeners: Listeners, work: Compilation): void {
  if (listeners.http === undefined || isLoopback(listeners.http.host)) return
  const one = compiled.find(({ operation }) => leavesOf(operation.identify).some(({ kind }) => kind === 'basic'))
  if (one === undefined) return
  work.mistake(
    one.path,
    `basic needs TLS: gateway.http listens on ${listeners.http.host}; use gateway.https, or http on 127.0.0.1`,
  )
}

async function compileApi(
  name: string,
  written: Configuration,
  level: LevelRules,
  listeners: Listeners,
  probe: StagePorts,
  make: ReturnType<typeof guardMaker>,
  work: Compilation,
) {
  const api = written.apis[name]
  if (api === undefined) return undefined
  const { maxBody, admit } = written.gateway
  const gateway = { level, maxBody, graphql: admit?.graphql ?? {} }
  const { compiled, outside, preflight } = await compileOperations(name, api, gateway, work)
  checkTwins(compiled, work)
  checkAsks(compiled, work)
  checkLoadable(compiled, probe, work)
  checkGuards(compiled, make, work)
  checkCsrf(compiled, probe, work)
  checkBasic(compiled, listeners, work)
  checkSealed(compiled, work)
  checkCors(name, compiled, outside, work)
  warnOfRisks(compiled, work)
  const leaving = leavingRules(outside, probe, work)
  const path = api.path === '/' ? '' : api.path
  const { keepPath, errors, tokens, preset, owner, tags } = api
  return {
    name,
    path,
    keepPath,
    preset,
    labels: { owner, tags },
    errors,
    tokens,
    outside: leaving,
    preflight: preflight && { ...preflight, protect: leaving },
    operations: compiled.map(({ operation }) => operation),
  }
}

function checkPaths(apis: readonly Api<StagePorts>[], work: Compilation): void {
  const owners = new Map<string, string>([['/.well-known', 'the gateway itself']])
  for (const { name, path } of apis) {
    const owner = owners.get(path)
    if (owner !== undefined)
      work.mistake(['apis', name, 'path'], `${path === '' ? '/' : path} belongs to ${owner} already`)
    owners.set(path, name)
  }
}

/** A checked configuration as rules. What is wrong with it stands in `work`. */
export async function compile(written: Configuration, jwks: PublicJwks, work: Compilation): Promise<Compiling> {
  const listeners = await compileListeners(written.gateway, work)
  const counters = await compileCounters(written.gateway.counters, work)
  const issuers = await compileIssuers(written.issuers, work)
  const geo = await compileGeo(written.gateway.geo, work)
  const gateway = { ...gatewayRules(written.gateway, listeners), geo }
  const level = levelRules(await withFiles(written.gateway, ['gateway'], work), 'gateway', 'gateway')
  const ports = probePorts(issuers, gateway)
  const make = guardMaker(ports)
  const apis: Api<StagePorts>[] = []
  for (const name of Object.keys(written.apis)) {
    const api = await compileApi(name, written, level, listeners, ports, make, work)
    if (api !== undefined) apis.push(api)
  }
  checkPaths(apis, work)
  await checkNames(apis, ports, make, work)
  const decisions = await compileDecisions(written.gateway.decisions, apis, ports, work)
  warnOfLiterals('clientSecret', work)
  warnOfLiteralsIn('outside', ['bearer', 'password'], work)
  const sets = await compileSets(written, work)
  // Guards are made to ask them what they want, and can't be where something is wrong.
  const outside = leavingRules(enforcedProtect(level.protect), ports, work)
  const all = work.mistakes.length > 0 ? apis : [...apis, wellKnown(apis, jwks, ports, outside)]
  const plain = written.gateway.redirect ? plainApi(written.gateway.url, outside, work) : undefined
  const hash = work.hash(JSON.stringify(written))
  return { snapshot: { hash, gateway, issuers, outside, plain, apis: all }, sets, listeners, counters, decisions }
}
