import type { View } from './call.ts'
import type { Finding } from './event.ts'
import type { Json } from './json.ts'
import type { HeaderPairs, Reply } from './reply.ts'

/** What an upstream said when it was asked. */
export interface Asked {
  readonly status: number
  /** Undefined where there is none, or where it isn't JSON. */
  readonly json: Json | undefined
}

/** What a caller sent, without its credentials and cookies. */
export interface Told {
  /** Below the API's own path, normalised. */
  readonly path: string
  /** With its question mark; empty where there is none. */
  readonly query: string
  readonly headers: HeaderPairs
}

/** Every field that a caller sent, whether or not it goes on, but for its credentials. */
export interface Fields {
  readonly headers: HeaderPairs
  /** The values of Cookie, without those that are credentials. */
  readonly cookies: readonly string[]
}

/** The bytes of a body as they mean something. */
export interface Content {
  /** The media type as it was sent; empty where none was. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly reply: Extract<Reply, { readonly kind: 'answer' }>
  /** Undefined where it isn't strict JSON. */
  readonly json: Json | undefined
}

/** What a place gives guards of the calls that pass it; where a member is missing it can't. */
export interface Site {
  /** The API's own path; empty for the root. */
  readonly path: string
  told(view: View): Told
  fields(view: View): Fields
  /** Writes what a rule found, and lets pass, into the call's record. */
  found(finding: Finding, view: View): void
  /** Whether another guard of inspect refuses all but numbers, dates, values of a list and the like at a place. */
  pinned(place: ValuePlace): boolean
  /** The JSON body of a call, read once; undefined where there is none. Throws Problem `body-…`, `media-unsupported`. */
  readonly body?: (view: View) => Json | undefined | Promise<Json | undefined>
  /** The body of a call, read once, its codings undone; undefined where there is none. Throws Problem `body-…`, `media-unsupported`. */
  readonly content?: (view: View) => Content | undefined | Promise<Content | undefined>
  /** The body of a call as it was sent, read once; empty where there is none. Throws Problem `body-…`. */
  readonly sent?: (view: View) => Uint8Array | Promise<Uint8Array>
  /** An answer read whole, its coding taken off. Throws Problem `upstream-broken` where that can't be. */
  readonly answer?: (reply: Reply, view: View) => Promise<WholeAnswer>
  /** GETs a path and query of the call's own upstream, with the credential that the call gets. Throws Problem `upstream-…`. */
  readonly upstream?: (path: string, view: View) => Promise<Asked>
  /** A text of the upstream's without the credential that the configuration shows it, for what is to be remembered. */
  readonly withoutCredential?: (text: string) => string
}

/** What a guard may want of the place where it runs. A place that can't give it doesn't load the guard. */
export type Need = Exclude<keyof Site, 'told' | 'fields' | 'found' | 'pinned' | 'path'>

/** Where a value of a request stands: `at` is a name, or a JSON pointer (RFC 6901) into a body. */
export interface ValuePlace {
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'body'
  readonly at: string
}
