import type { ReplyBody, RequestBody } from './body.ts'

/** Names and values by turns, in the order in which they are sent. */
export type HeaderPairs = readonly string[]

/** What a caller gets: an answer that is whole, or one that streams. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: HeaderPairs
      readonly body: string | Uint8Array
    }
  | { readonly kind: 'stream'; readonly status: number; readonly headers: HeaderPairs; readonly body: ReplyBody }

/** How the exchange with the caller ended, told once. */
export interface Outcome {
  readonly end: 'complete' | 'failed' | 'abandoned'
  readonly bytesIn: number
  readonly bytesOut: number
  /** Why it failed, for the record. */
  readonly reason?: string
}

/** What goes to the upstream. */
export interface Outgoing {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** Path and query below the origin. */
  readonly path: string
  readonly headers: HeaderPairs
  readonly body: RequestBody
  /** Bytes that the body may have. */
  readonly maxBody: number
}
