import type { FetchedJson, FetchJson } from '@sallyport/tokens'

function maxAgeIn(value: string | null): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(value ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** Gets a document of a known size at most. Redirects are not followed: they would lead where nobody vouched for. */
export const fetchJson: FetchJson = async (url, { signal, maxBytes }): Promise<FetchedJson> => {
  const response = await fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks).toString('utf8')
  return { status: response.status, body, maxAge: maxAgeIn(response.headers.get('cache-control')) }
}
