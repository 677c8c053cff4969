import { type IncomingHttpHeaders, request } from 'node:http'

/** A GET whose fields go out as they are written, twice where they stand twice. */
export function getRaw(
  url: string,
  path: string,
  fields: readonly (readonly [string, string])[],
): Promise<{ readonly status: number | undefined; readonly headers: IncomingHttpHeaders }> {
  const { hostname, port, host } = new URL(url)
  const headers = [['Host', host], ...fields].flat()
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, agent: false }, answer => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
