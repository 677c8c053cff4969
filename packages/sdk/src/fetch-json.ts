import { type FetchedJson, type FetchJson, maxAgeIn, requestOf } from '@sallyport/tokens'

/** Gets a document of a known size at most. Redirects are not followed: they would lead where nobody vouched for. */
export const fetchJson: FetchJson = async (url, { signal, maxBytes, posted }): Promise<FetchedJson> => {
  const response = await fetch(url, { ...requestOf(posted), signal, redirect: 'manual' })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks).toString('utf8')
  return {
    status: response.status,
    body,
    contentType: response.headers.get('content-type') ?? undefined,
    maxAge: maxAgeIn(response.headers.get('cache-control') ?? undefined),
  }
}
