import type { HeaderList } from '@sallyport/core'
import { BadToken, type KeySource } from '@sallyport/tokens'
import { BadSignature } from '../signatures/dictionary.ts'
import type { RequestMessage } from '../signatures/message.ts'
import { XmlError } from '../xml/prolog.ts'
import type { Namespaces } from '../xml/xpath.ts'

/** A message as somebody kept it. */
export type SavedMessage = { readonly headers: HeaderList; readonly body: Uint8Array } & (
  | { readonly kind: 'request'; readonly request: Omit<RequestMessage, 'headers'> }
  /** `request` is what it answers, where that is known. */
  | { readonly kind: 'answer'; readonly status: number; readonly request: Omit<RequestMessage, 'headers'> | undefined }
  /** A body alone. */
  | { readonly kind: 'body' }
)

/** What a saved message is judged by. */
export interface Judging {
  readonly keys: KeySource
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The field that bears a detached JWS. */
  readonly jwsHeader: string
  /** Which elements of XML must be signed; undefined where it is enough that some are. */
  readonly xpath: readonly string[] | undefined
  readonly namespaces: Namespaces
}

/** A kind of signature, or `digest`, which is none. */
export type SignatureKind = 'http' | 'jws' | 'xml' | 'digest'

/** What is told of a signature that is good. */
export interface Told {
  /** What it calls its key. */
  readonly key?: string | undefined
  readonly alg?: string | undefined
  /** What it is over. */
  readonly covers: readonly string[]
  /** Milliseconds since the epoch. */
  readonly created?: number | undefined
}

export type Verdict =
  | ({ readonly kind: SignatureKind; readonly good: true } & Told)
  | { readonly kind: SignatureKind; readonly good: false; readonly reason: string }

/** Judges one kind of signature in a message; undefined where it has none. Rejects with BadSignature, BadToken or XmlError. */
export type Judge = (message: SavedMessage, judging: Judging) => Promise<Told | undefined>

export const isBad = (error: unknown): error is Error =>
  error instanceof BadSignature || error instanceof BadToken || error instanceof XmlError

export const reasonOf = (error: Error): string => {
  if (error instanceof BadToken) return error.reason
  return error instanceof XmlError ? `the XML ${error.message}` : error.message
}
