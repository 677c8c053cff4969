import { type ApiKeyEntry, Secret } from '@sallyport/core'
import { identifyKinds } from '@sallyport/stages'
import { hashKey } from '@sallyport/tokens'
import { declared } from './declared.ts'
import type { MethodRule } from './identify.ts'
import type { PlaceOptions } from './jwt.ts'

/** One key that is accepted: itself, or its hash as `sallyport key create` prints it. */
export interface ApiKeyOptions {
  /** What records and handlers call it by. */
  readonly id: string
  readonly key: Secret | string | { readonly hash: string }
  readonly application?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly expiresAt?: Date
}

/** Shorter ones can be tried. */
const shortest = 20

function hashOf({ id, key }: ApiKeyOptions): string {
  if (typeof key === 'object' && 'hash' in key) return key.hash
  const text = key instanceof Secret ? key.reveal() : key
  if (text.length < shortest) throw new TypeError(`apiKey.keys: key ${id} has less than ${shortest} characters`)
  return hashKey(text)
}

const entryOf = (options: ApiKeyOptions): ApiKeyEntry => ({
  id: options.id,
  hash: hashOf(options),
  application: options.application ?? options.id,
  scopes: options.scopes ?? [],
  roles: options.roles ?? [],
  expiresAt: options.expiresAt?.getTime(),
  ips: [],
  referers: [],
})

/** An API key, in `X-API-Key` unless another place is given. Throws TypeError for keys that are short or stand twice. */
export function apiKey({ keys, ...places }: PlaceOptions & { readonly keys: readonly ApiKeyOptions[] }): MethodRule {
  const entries = keys.map(entryOf)
  if (new Set(entries.map(({ hash }) => hash)).size < entries.length)
    throw new TypeError('apiKey.keys: a key stands twice')
  return { bound: declared('apiKey', identifyKinds.apiKey.settings, places), keys: entries }
}
