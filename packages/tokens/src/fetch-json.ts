/** What is asked for by POST instead of GET. */
export interface PostedForm {
  /** `application/x-www-form-urlencoded`. */
  readonly body: string
  /** The field Authorization; none where it is undefined. */
  readonly authorization: string | undefined
}

/**
 * Gets one document, or the answer to a form. `signal` ends it; `maxBytes` is the longest body to read. Redirects are not followed: a
 * status of 3xx is given back as it is. `maxAge` is Cache-Control's, in seconds.
 */
export type FetchJson = (
  url: string,
  options: { readonly signal: AbortSignal; readonly maxBytes: number; readonly form?: PostedForm },
) => Promise<FetchedJson>

export interface FetchedJson {
  readonly status: number
  readonly body: string
  readonly maxAge?: number | undefined
}

/** The field that says what a form is. */
const formType = 'application/x-www-form-urlencoded'

/** Method, fields and body of such a request. */
export function requestOf(form: PostedForm | undefined): {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body: string | null
} {
  const accept = { accept: 'application/json' }
  if (form === undefined) return { method: 'GET', headers: accept, body: null }
  const { authorization, body } = form
  const headers = { ...accept, 'content-type': formType, ...(authorization !== undefined && { authorization }) }
  return { method: 'POST', headers, body }
}

/** The `max-age` of a Cache-Control field, in seconds. */
export function maxAgeIn(field: string | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(field ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}
