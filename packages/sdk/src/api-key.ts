import { type ApiKeyEntry, Secret } from '@sallyport/core'
import { identifyKinds } from '@sallyport/stages'
import { hashKey } from '@sallyport/tokens'
import { z } from 'zod'
import { declared } from './declared.ts'
import { knowing, type MethodRule } from './identify.ts'
import { type PlaceOptions, placeOptions } from './place.ts'
import { secretOption } from './secret-option.ts'

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

const text = z.string().min(1)
const options = z.strictObject({
  ...placeOptions,
  keys: z
    .array(
      z.strictObject({
        id: text,
        key: z.union([secretOption, z.strictObject({ hash: text })]),
        application: text.optional(),
        scopes: z.array(text).default([]),
        roles: z.array(text).default([]),
        expiresAt: z.date().optional(),
      }),
    )
    .min(1),
})
type ReadKey = z.output<typeof options>['keys'][number]

function hashOf({ id, key }: ReadKey): string {
  if (!(key instanceof Secret)) return key.hash
  const shown = key.reveal()
  if (shown.length < shortest) throw new TypeError(`apiKey.keys: key ${id} has less than ${shortest} characters`)
  // Two fields of one name reach `fetch` as one, with a comma between them.
  if (shown.includes(',')) throw new TypeError(`apiKey.keys: key ${id} has a comma`)
  return hashKey(shown)
}

const entryOf = (key: ReadKey): ApiKeyEntry => ({
  id: key.id,
  hash: hashOf(key),
  application: key.application ?? key.id,
  scopes: key.scopes,
  roles: key.roles,
  expiresAt: key.expiresAt?.getTime(),
  ips: [],
  referers: [],
})

/** An API key, in `X-API-Key` unless another place is given. Throws TypeError for keys that are short or stand twice. */
export function apiKey(written: PlaceOptions & { readonly keys: readonly ApiKeyOptions[] }): MethodRule {
  const { keys, ...places } = declared('apiKey', options, written)
  const byHash = new Map(keys.map(entryOf).map(entry => [entry.hash, entry]))
  if (byHash.size < keys.length) throw new TypeError('apiKey.keys: a key stands twice')
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new TypeError('apiKey.keys: an id stands twice')
  return knowing(declared('apiKey', identifyKinds.apiKey.settings, places), ({ sets }) => ({
    sets: { ...sets, apiKey: hash => byHash.get(hash) },
  }))
}
