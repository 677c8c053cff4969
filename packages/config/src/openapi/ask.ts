import { isLoopback } from '@sallyport/core'

/** Whether what stands for a document is a URL, and no file. */
export const isDocumentUrl = (text: string): boolean => /^https?:\/\//i.test(text)

/** A URL as it may be told: what stands in it beside the place may be a secret. */
export const placeOfUrl = (url: string): string => url.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*/s, '')

const bytesMax = 8 * 2 ** 20
const patience = 5000

/** Whoever answers in the place of a document says who may call, so nobody on the way may. */
function safe(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new Error('it is no URL')
  if (url.username + url.password + url.hash !== '')
    throw new Error('a URL without user, password and fragment is needed')
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || !isLoopback(url.hostname)))
    throw new Error('it needs https; http only on this machine')
  return url
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > bytesMax) throw new Error(`it has more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Why a request failed, in a few words: fetch says no more than that it did. */
function reasonOf(error: unknown, patienceMs: number): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error.name === 'TimeoutError') return new Error(`it did not come within ${patienceMs / 1000} s`)
  const { cause } = error
  if (!(cause instanceof Error)) return error
  return new Error(`nobody answers there (${'code' in cause ? cause.code : cause.message})`)
}

/**
 * The text of a document at a URL: https, or http on this machine; it is to be there itself, within seconds, and not larger than 8 MiB.
 * Rejects with an Error that says what is wrong.
 */
export async function askForDocument(text: string, patienceMs = patience): Promise<string> {
  const url = safe(text)
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const headers = { Accept: 'application/json, application/yaml' }
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    if (response.status !== 200) throw new Error(`it answered ${response.status}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(response))
  } catch (error) {
    throw reasonOf(error, patienceMs)
  }
}
