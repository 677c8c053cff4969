import type { Clock } from '@sallyport/core'
import { BadToken } from './bad-token.ts'
import { rejectedBy } from './deadline.ts'
import { discoverJwks } from './discovery.ts'
import type { FetchedJson, FetchJson } from './fetch-json.ts'
import { chooseKeys, type KeySet, sameKeys } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { readJwks } from './read-keys.ts'
import type { VerificationKey } from './verification-key.ts'

const maxBytes = 512 * 1024
const timeoutMs = 5_000
const minute = 60_000
const age = { shortest: 5 * minute, usual: 60 * minute, longest: 24 * 60 * minute } as const
/** Between two refreshes for a kid that isn't known: whoever invents kids mustn't make us ask on every call. */
const unknownKidMs = 30_000
const longestRetryMs = 30_000

export interface RemoteKeysOptions {
  /** The key set's own URL, or the issuer whose metadata names it. */
  readonly location: { readonly url: string } | { readonly issuer: string }
  readonly fetchJson: FetchJson
  readonly clock: Clock
  /** Reads the document; `readJwks` unless given. */
  readonly read?: (document: string) => KeySet
  /** Makes the signal that ends a request; AbortSignal.timeout unless given. */
  readonly timeout?: (ms: number) => AbortSignal
}

/** How a remote key set stands, for the operator. Times are milliseconds since the epoch. */
export interface RemoteKeysStatus {
  readonly keys: number
  readonly notes: readonly string[]
  readonly fetchedAt: number | undefined
  /** The last attempt, where it failed. */
  readonly failure: { readonly at: number; readonly reason: string } | undefined
}

export interface RemoteKeys extends KeySource {
  /** Fetches now, or joins the fetch that is under way. Never rejects: `status` tells how it went. */
  refresh(): Promise<void>
  status(): RemoteKeysStatus
}

/** Keys that an issuer publishes (RFC 7517), kept fresh. Old ones stay while new ones can't be had. */
export function remoteKeys(options: RemoteKeysOptions): RemoteKeys {
  return new FetchedKeys(options)
}

class FetchedKeys implements RemoteKeys {
  readonly #options: RemoteKeysOptions
  readonly #timeout: (ms: number) => AbortSignal
  #set: KeySet | undefined
  #version = 0
  #underway: Promise<void> | undefined
  #failures = 0
  #failure: RemoteKeysStatus['failure']
  #fetchedAt: number | undefined
  /** On the monotonic clock: when the next refresh falls due, when the last one began, when the keys were last seen. */
  #dueAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #seenAt = Number.NEGATIVE_INFINITY

  constructor(options: RemoteKeysOptions) {
    this.#options = options
    this.#timeout = options.timeout ?? (ms => AbortSignal.timeout(ms))
  }

  version(): number {
    this.#refreshIfDue()
    return this.#version
  }

  find(kid: string | undefined, alg: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    this.#refreshIfDue()
    const set = this.#set
    if (set === undefined)
      return this.#underway === undefined ? this.#choose(kid, alg) : this.#chooseAfter(this.#underway, kid, alg)
    const keys = chooseKeys(set, kid, alg)
    // Keys that nobody has looked after for a day may have been withdrawn: this call waits for the answer.
    const forgotten = this.#failures === 0 && this.#now() - this.#seenAt > age.longest
    const isNew = keys.length === 0 && kid !== undefined && !set.keys.some(key => key.kid === kid)
    if (forgotten || (isNew && this.#mayAsk())) return this.#chooseAfter(this.refresh(), kid, alg)
    return keys
  }

  refresh(): Promise<void> {
    this.#underway ??= this.#fetch().finally(() => {
      this.#underway = undefined
    })
    return this.#underway
  }

  status(): RemoteKeysStatus {
    const { keys = [], notes = [] } = this.#set ?? {}
    return { keys: keys.length, notes, fetchedAt: this.#fetchedAt, failure: this.#failure }
  }

  #now(): number {
    return this.#options.clock.elapsed()
  }

  #refreshIfDue(): void {
    if (this.#now() >= this.#dueAt) void this.refresh()
  }

  #mayAsk(): boolean {
    return this.#underway !== undefined || this.#now() - this.#askedAt >= unknownKidMs
  }

  #choose(kid: string | undefined, alg: string): readonly VerificationKey[] {
    if (this.#set === undefined) {
      throw new BadToken(
        'unavailable',
        `the issuer's keys were never obtained: ${this.#failure?.reason ?? 'not asked yet'}`,
      )
    }
    return chooseKeys(this.#set, kid, alg)
  }

  async #chooseAfter(
    refresh: Promise<void>,
    kid: string | undefined,
    alg: string,
  ): Promise<readonly VerificationKey[]> {
    await refresh
    return this.#choose(kid, alg)
  }

  /** One at a time, and given up on when its time is over, so an answer that comes late is never looked at. */
  async #fetch(): Promise<void> {
    this.#askedAt = this.#now()
    try {
      const { location } = this.#options
      const url = 'url' in location ? location.url : await discoverJwks(location.issuer, asked => this.#get(asked))
      const answer = await this.#get(url)
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
      const { read = readJwks } = this.#options
      this.#accept(read(answer.body), answer.maxAge)
    } catch (error) {
      this.#failures += 1
      this.#failure = {
        at: this.#options.clock.now(),
        reason: error instanceof Error ? error.message : 'the request failed',
      }
      this.#dueAt = this.#now() + Math.min(longestRetryMs, 1000 * 2 ** (this.#failures - 1))
    }
  }

  #accept(set: KeySet, maxAge: number | undefined): void {
    if (this.#set === undefined || !sameKeys(this.#set, set)) this.#version += 1
    this.#set = set
    this.#failures = 0
    this.#failure = undefined
    this.#fetchedAt = this.#options.clock.now()
    this.#seenAt = this.#now()
    const wanted = maxAge !== undefined && maxAge >= 0 ? maxAge * 1000 : age.usual
    this.#dueAt = this.#seenAt + Math.min(age.longest, Math.max(age.shortest, wanted))
  }

  async #get(url: string): Promise<FetchedJson> {
    const signal = this.#timeout(timeoutMs)
    const answer = await Promise.race([this.#options.fetchJson(url, { signal, maxBytes }), rejectedBy(signal, url)])
    if (Buffer.byteLength(answer.body) > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`)
    return answer
  }
}
