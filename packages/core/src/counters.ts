/**
 * How much of what: `count` in `windowMs`, judged by one algorithm, or `count` at the same time.
 * fixedWindow starts with a key's first call; slidingWindow weighs the window before by how much of it still counts;
 * tokenBucket refills evenly and holds at most `burst`.
 */
export type LimitRule =
  | { readonly algorithm: 'fixedWindow' | 'slidingWindow'; readonly count: number; readonly windowMs: number }
  | { readonly algorithm: 'tokenBucket'; readonly count: number; readonly windowMs: number; readonly burst: number }
  | { readonly algorithm: 'concurrency'; readonly count: number }

/** One thing to take: `cost` units of the counter that `key` names under `rule`. A key names its rule too. */
export interface Take {
  readonly key: string
  readonly rule: LimitRule
  readonly cost: number
}

/** How one counter stands after (or, where refused, without) the take. */
export interface Level {
  readonly allowed: boolean
  /** Whole units that can still be taken now. */
  readonly remaining: number
  /** Milliseconds until the counter is as if unused; 0 where it is, and for concurrency. */
  readonly resetMs: number
  /** Milliseconds until this take would be allowed; 0 where it was, and for concurrency. */
  readonly retryMs: number
}

export interface Taken {
  readonly allowed: boolean
  /** In the order of the takes. */
  readonly levels: readonly Level[]
}

/** Where limits are counted. Memory answers at once; a shared store answers with a promise. Takes share one fate. */
export interface Counters {
  /** Takes all or, where any refuses, none. `now` is milliseconds since the epoch. */
  take(takes: readonly Take[], now: number): Taken | Promise<Taken>
  /** The same answer without taking anything. */
  peek(takes: readonly Take[], now: number): Taken | Promise<Taken>
  /** Gives back what concurrency takes hold; other algorithms ignore it. */
  release(takes: readonly Take[], now: number): void | Promise<void>
}
