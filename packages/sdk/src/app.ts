import type { CallEvent, Clock, Snapshot } from '@sallyport/core'
import {
  clientAddress,
  type Door,
  type Issuer,
  isOverdue,
  overdueText,
  type StagePorts,
  trialsIn,
} from '@sallyport/stages'
import type { CounterStanding } from '@sallyport/store'
import type { AppOptions } from './app-options.ts'
import { auditedOperations } from './audit/audited.ts'
import { counterStoreOf } from './counter-store.ts'
import { declared } from './declared.ts'
import { derivedKeys } from './derived-keys.ts'
import { developmentOf } from './development-of.ts'
import { errorFormOf } from './errors.ts'
import { type Explain, explainer } from './explain.ts'
import { gatewayRules } from './gateway-rules.ts'
import { geoOf } from './geo.ts'
import { type Judging, judgingAt } from './judging.ts'
import { knownApplication } from './known-options.ts'
import { requireNoAddress } from './load-checks.ts'
import { describedIn } from './openapi/described.ts'
import { documentOf } from './openapi/document.ts'
import { ownOperations } from './own/operations.ts'
import { withResourceMetadata } from './own/resource-metadata.ts'
import { type AppPorts, portsOf } from './ports.ts'
import { recorderOf } from './recorder.ts'
import { routesOf } from './routes.ts'
import { singleFields } from './single-fields.ts'
import { snapshotOf } from './snapshot.ts'
import { tracingOf } from './tracing-of.ts'
import { requireRunsHere } from './workers.ts'

export interface App extends Judging {
  /** The OpenAPI 3.1 document of what was declared: what goes in and out, who may call, how it refuses. */
  readonly openapi: Readonly<Record<string, unknown>>
  /** Whether it shows calls to its developers: then it is served to this machine alone. */
  readonly isForDevelopment: boolean
  /** Whether what it counts in can be had. */
  counting(): CounterStanding
  /** Why a call ended as it did, stage by stage, or how one would that isn't made. For operators: it says more than callers may know. */
  readonly explain: Explain
  /** Resolves when all that was recorded before is written. */
  flush(): Promise<void>
  /** Ends its connection to Redis and lets its folder go, once it is served no more. */
  close(): void
}

const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() }

/** An application, and what its calls are judged by. */
interface MadeApp {
  readonly app: App
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly ports: AppPorts
}

/** Makes an application. Rejects with TypeError where a rule can't be made or an operation is open without saying so. */
export async function madeApp(options: AppOptions): Promise<MadeApp> {
  declared('app', knownApplication, options)
  requireRunsHere(options)
  const { name = 'app', title = name, version = '0.0.0', clock = systemClock, fault = console.error } = options

  // What is declared: the rules of all operations, the application's own among them.
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
  const levels = [options, ...operations.map(({ rules }) => rules)]
  if (options.addresses === 'unknown') requireNoAddress(levels)
  const gateway = { ...gatewayRules(options), geo: await geoOf(options.geo) }
  const written = await snapshotOf({
    ...{ name, operations, rules: options, gateway, errors: errorFormOf(options.errors) },
    labels: { owner: options.owner, tags: options.tags ?? [] },
  })

  // What guards are made with, and the routes that are made with it.
  const keys = derivedKeys(options.secret)
  const store = await counterStoreOf(options.counters, clock, fault)
  const orClosed = async <Made>(make: () => Made | Promise<Made>): Promise<Made> => {
    try {
      return await make()
    } catch (error) {
      store.close()
      throw error
    }
  }
  const told = { record: (event: CallEvent) => recorder.record(event), hearsAnswered: () => recorder.hearsAnswered }
  const { ports, snapshot, routes, openapi } = await orClosed(async () => {
    const ports = portsOf({ clock, fault, ...told }, gateway, store, keys)
    const snapshot = withResourceMetadata(written, ports)
    const routes = await routesOf(snapshot, ports)
    const described = describedIn(options.operations, snapshot)
    return { ports, snapshot, routes, openapi: documentOf(described, { title, version, url: options.url }, ports) }
  })
  for (const trial of trialsIn(snapshot)) if (isOverdue(trial, clock.now())) fault(new Error(overdueText(trial)))

  // Who is told of calls, and the doors by which they come.
  const listeners = { others: [development, tracing], isQuiet: development.isQuiet }
  const recorder = await orClosed(() =>
    recorderOf(options, { name, clock, fault, counting: store.standing, ...listeners }),
  )
  const door: Door = { ports, routes: () => routes, addressOf: clientAddress(gateway) }
  const app = {
    ...judgingAt(door, tracing, singleFields(levels, ports)),
    openapi,
    isForDevelopment: options.development !== undefined,
    counting: store.standing,
    explain: explainer({ snapshot, ports, find: recorder.find }),
    async flush() {
      await routes.findings.settled()
      await recorder.flush()
    },
    close() {
      store.close()
      recorder.close()
    },
  }
  return { app, snapshot, ports }
}

/** An application of operations. Rejects with TypeError where a rule can't be made or an operation is open without saying so. */
export async function app(options: AppOptions): Promise<App> {
  return (await madeApp(options)).app
}
