import { request } from 'node:http'

/** A call whose path goes out as it is written, which fetch would normalise. */
export function raw(
  url: string,
  method: string,
  path: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { Authorization: `Bearer ${token}`, ...headers } },
      answer => {
        answer.resume()
        answer.on('end', () => resolve({ status: answer.statusCode }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}
