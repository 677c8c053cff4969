import type { Arrival, CallEvent, Clock, GatewayRules, Problem, Reply, Snapshot } from '@sallyport/core'
import {
  buildRoutes,
  clientAddress,
  type Door,
  type From,
  type Handled,
  type Issuer,
  type Routes,
  type StagePorts,
  unreadable,
  usuallyRedacted,
} from '@sallyport/stages'
import { type CounterStanding, memoryStore } from '@sallyport/store'
import type { Operation, Rules } from './api.ts'
import { auditedOperations } from './audit/audited.ts'
import type { Auditor } from './audit/trail.ts'
import { declared } from './declared.ts'
import { type AppSecret, derivedKeys } from './derived-keys.ts'
import type { DevelopmentOptions } from './development/development.ts'
import { developmentOf } from './development-of.ts'
import { type ErrorOptions, errorFormOf } from './errors.ts'
import { type Explain, explainer } from './explain.ts'
import { knownApplication } from './known-options.ts'
import { checkOperation, requireKnownNames, requireNoAddress } from './load-checks.ts'
import { documentOf } from './openapi/document.ts'
import { originOption } from './origin-option.ts'
import { type OwnOptions, ownOperations } from './own/operations.ts'
import { withResourceMetadata } from './own/resource-metadata.ts'
import { portsOf, type World } from './ports.ts'
import { type RecordOptions, recorderOf } from './recorder.ts'
import type { CountersRule } from './redis.ts'
import { arrivalOf } from './request.ts'
import { singleFields } from './single-fields.ts'
import { snapshotOf } from './snapshot.ts'
import type { TracingOptions } from './tracing/tracing.ts'
import { tracingOf } from './tracing-of.ts'
import { webAnswer } from './web-answer.ts'
import { requireRunsHere } from './workers.ts'

export interface AppOptions extends Rules, OwnOptions, RecordOptions, Auditor, Partial<World> {
  /** What records and limits call it by: `app` unless given. */
  readonly name?: string
  readonly operations: readonly Operation[]
  /** For the document: the name and 0.0.0 unless given. */
  readonly title?: string
  readonly version?: string
  /** How refusals are worded, and who sees what of a handler's own error. */
  readonly errors?: ErrorOptions
  /** Shows each call while the application is made, to who sits at this machine. */
  readonly development?: DevelopmentOptions
  /** Makes a span of each call, with the stages below it, for OpenTelemetry. */
  readonly tracing?: TracingOptions
  /** Where limits and failed attempts are counted: in this process's memory unless `redis(…)` is given. */
  readonly counters?: CountersRule
  /** How callers reach it, such as `https://shop.example.com`: what challenges, metadata, the origins of its own pages and the document say. */
  readonly url?: string
  /** What keys are derived from, such as those of tokens against forged calls: as old as the process unless given. */
  readonly secret?: AppSecret
  /** Addresses and ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[]
  /** `unknown` where nothing says where calls come from: what counts by address then fails here. `known` unless given. */
  readonly addresses?: 'known' | 'unknown'
}

/** What is known of a request beside what it says. */
export interface Come {
  /** The address that it came from. */
  readonly peer?: string
}

export interface App {
  /** The OpenAPI 3.1 document of what was declared: what goes in and out, who may call, how it refuses. */
  readonly openapi: Readonly<Record<string, unknown>>
  /** Whether it shows calls to its developers: then it is served to this machine alone. */
  readonly isForDevelopment: boolean
  /** Whether what it counts in can be had. */
  counting(): CounterStanding
  /** Judges what a listener took in. `finish` is to be called once, when the answer was sent. */
  judge(arrival: Arrival): Handled | Promise<Handled>
  /** Answers what a listener could not read as a request. */
  unreadable(problem: Problem, from: From): Reply
  /** Judges a request in the eight stages and answers it. It never rejects. */
  fetch(request: Request, come?: Come): Promise<Response>
  /** Why a call ended as it did, stage by stage, or how one would that isn't made. For operators: it says more than callers may know. */
  readonly explain: Explain
  /** Resolves when all that was recorded before is written. */
  flush(): Promise<void>
  /** Ends its connection to Redis and lets its folder go, once it is served no more. */
  close(): void
}

const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() }

const guessing = { perIp: { count: 600, windowMs: 60_000 }, perAccount: { count: 20, windowMs: 60_000 } }

const gatewayRules = (url: string, trustedProxies: readonly string[]): GatewayRules => ({
  url,
  hosts: [],
  trustedProxies,
  clientAddress: 'x-forwarded-for',
  guessing,
  record: { redact: usuallyRedacted },
})

/** Calls `run` every `ms` milliseconds; the process doesn't go on for it. */
function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  timer.unref()
  return () => clearInterval(timer)
}

function storeOf(counters: AppOptions['counters'], { elapsed }: Clock, fault: World['fault']) {
  if (counters === undefined) return memoryStore()
  const told = (reason: string | undefined) => {
    if (reason !== undefined) fault(new Error(`Redis is down: ${reason}`))
  }
  return counters({ elapsed, every, told })
}

async function routesOf(snapshot: Snapshot<StagePorts, Issuer>, ports: StagePorts): Promise<Routes> {
  const operations = snapshot.apis.flatMap(each => each.operations)
  for (const operation of operations) checkOperation(operation, ports)
  requireKnownNames(operations, ports)
  return buildRoutes(snapshot, ports)
}

/** An application of operations. Rejects with TypeError where a rule can't be made or an operation is open without saying so. */
export async function app(options: AppOptions): Promise<App> {
  declared('app', knownApplication, options)
  requireRunsHere(options)
  const { name = 'app', title = name, version = '0.0.0', trustedProxies = [], clock = systemClock } = options
  const { record, fault = console.error, errors = {} } = options
  const own = await ownOperations(options, {
    title,
    counting: () => store.standing(),
    recording: () => recorder.standing(),
    document: () => openapi,
    exposition: () => recorder.exposition(),
  })
  const development = await developmentOf(options.development, name)
  const tracing = await tracingOf(options.tracing, fault)
  const audited = auditedOperations(options.operations, options.audit, fault)
  const operations = [...audited, ...own, ...development.operations]
  const gateway = gatewayRules(
    options.url === undefined ? '' : declared('url', originOption, options.url),
    trustedProxies,
  )
  const levels = [options, ...operations.map(({ rules }) => rules)]
  if (options.addresses === 'unknown') requireNoAddress(levels)
  const declaredRules = snapshotOf({ name, operations, rules: options, gateway, errors: errorFormOf(errors) })
  const keys = derivedKeys(options.secret)
  const store = await storeOf(options.counters, clock, fault)
  const told = { record: (event: CallEvent) => recorder.record(event), hearsAnswered: () => recorder.hearsAnswered }
  const ports = portsOf({ clock, ...told, fault }, gateway, store, keys)
  const snapshot = withResourceMetadata(declaredRules, ports)
  const failed = (error: unknown): never => {
    store.close()
    throw error
  }
  const routes = await routesOf(snapshot, ports).catch(failed)
  const recorder = await recorderOf(options, {
    ...{ name, clock, fault, faults: errors.log !== false, counting: store.standing },
    ...{ others: [development, tracing, ...(record === undefined ? [] : [{ record }])], isQuiet: development.isQuiet },
  }).catch(failed)
  const door: Door = { ports, routes: () => routes, addressOf: clientAddress(gateway) }
  const routed = new Map(
    snapshot.apis.flatMap(each => each.operations.map(operation => [operation.id, operation] as const)),
  )
  const described = options.operations.flatMap(({ endpoint }) => {
    const known = routed.get(endpoint.route)
    return known === undefined ? [] : [{ endpoint, routed: known }]
  })
  const openapi = documentOf(described, { title, version, url: options.url }, ports)
  const single = singleFields(levels, ports)
  const judge = (arrival: Arrival) => tracing.judge(arrival, door)
  return {
    openapi,
    isForDevelopment: options.development !== undefined,
    counting: store.standing,
    judge,
    unreadable: (problem, from) => unreadable(problem, from, door),
    async fetch(request, { peer } = {}) {
      const arrival = arrivalOf(request, peer, single)
      const handled = await judge(arrival)
      return webAnswer(handled, request, outcome => handled.finish({ ...outcome, bytesIn: arrival.body.progress }))
    },
    explain: explainer({ snapshot, ports, find: recorder.find }),
    flush: recorder.flush,
    close() {
      store.close()
      recorder.close()
    },
  }
}
