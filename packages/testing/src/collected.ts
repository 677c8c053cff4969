import type { Reply, ReplyBody } from '@sallyport/core'

/** A reply's body, read to its end. */
export interface Collected {
  readonly body: Uint8Array
  /** Why it broke off, where it did. */
  readonly failed: string | undefined
}

const streamed = (body: ReplyBody): Promise<Collected> =>
  new Promise(resolve => {
    const pieces: Uint8Array[] = []
    const settle = (failed?: string) => resolve({ body: Buffer.concat(pieces), failed })
    body.pipe({
      write(chunk) {
        pieces.push(Uint8Array.from(chunk)) // whoever made the piece may use its bytes again
        return true
      },
      end: () => settle(),
      fail: error => settle(error.message),
    })
  })

/** All of a reply's body. */
export async function collected({ body }: Reply): Promise<Collected> {
  if (typeof body === 'string') return { body: Buffer.from(body), failed: undefined }
  return 'pipe' in body ? streamed(body) : { body, failed: undefined }
}
