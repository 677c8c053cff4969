import type { FetchedJson, FetchJson } from '@sallyport/tokens'
import { Agent, request } from 'undici'

const agent = new Agent({ connect: { timeout: 5_000 }, headersTimeout: 5_000, bodyTimeout: 5_000 })

function maxAgeIn(header: string | string[] | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(String(header ?? '')) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** Gets a document of a known size at most. Redirects are not followed: they would lead where nobody vouched for. */
export const fetchJson: FetchJson = async (url, { signal, maxBytes }): Promise<FetchedJson> => {
  const { statusCode, headers, body } = await request(url, {
    dispatcher: agent,
    signal,
    headers: { accept: 'application/json' },
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`)
    chunks.push(bytes)
  }
  return {
    status: statusCode,
    body: Buffer.concat(chunks).toString('utf8'),
    maxAge: maxAgeIn(headers['cache-control']),
  }
}
