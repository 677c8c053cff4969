/** What is asked for by POST instead of GET. */
export interface Posted {
  /** Media type of the body. */
  readonly contentType: string
  /** Media type of the answer; `application/json` unless given. */
  readonly accept?: string
  readonly body: string
  /** The field Authorization; none where it is undefined. */
  readonly authorization: string | undefined
}

/**
 * Gets one document, or the answer to what is posted. `signal` ends it; `maxBytes` is the longest body to read. Redirects are not followed: a
 * status of 3xx is given back as it is. `maxAge` is Cache-Control's, in seconds.
 */
export type FetchJson = (
  url: string,
  options: { readonly signal: AbortSignal; readonly maxBytes: number; readonly posted?: Posted },
) => Promise<FetchedJson>

export interface FetchedJson {
  readonly status: number
  readonly body: string
  /** The field Content-Type. */
  readonly contentType?: string | undefined
  readonly maxAge?: number | undefined
}

/** Method, fields and body of such a request. */
export function requestOf(posted: Posted | undefined): {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body: string | null
} {
  if (posted === undefined) return { method: 'GET', headers: { accept: 'application/json' }, body: null }
  const { contentType, accept = 'application/json', authorization, body } = posted
  const headers = { accept, 'content-type': contentType, ...(authorization !== undefined && { authorization }) }
  return { method: 'POST', headers, body }
}

/** The `max-age` of a Cache-Control field, in seconds. */
export function maxAgeIn(field: string | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(field ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** Why something could not be fetched: names of system errors and of ours; an error of the network may hang below another. */
export function whyUnfetched(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
