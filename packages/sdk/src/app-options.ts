import type { Operation, Rules } from './api.ts'
import type { Auditor } from './audit/trail.ts'
import type { AppSecret } from './derived-keys.ts'
import type { DevelopmentOptions } from './development/development.ts'
import type { ErrorOptions } from './errors.ts'
import type { GeoOptions } from './geo.ts'
import type { OwnOptions } from './own/operations.ts'
import type { World } from './ports.ts'
import type { RecordOptions } from './recorder.ts'
import type { CountersRule } from './redis.ts'
import type { TracingOptions } from './tracing/tracing.ts'

export interface AppOptions extends Rules, OwnOptions, RecordOptions, Auditor, Partial<World> {
  /** What records and limits call it by: `app` unless given. */
  readonly name?: string
  readonly operations: readonly Operation[]
  /** Who answers for it, and what it is like: `context.api` of policies. */
  readonly owner?: string
  readonly tags?: readonly string[]
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
  /** Databases in MaxMind's format that tell where addresses are, for policies: paths of files. */
  readonly geo?: GeoOptions
  /** `unknown` where nothing says where calls come from: what counts by address then fails here. `known` unless given. */
  readonly addresses?: 'known' | 'unknown'
}
