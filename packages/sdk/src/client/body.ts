import type { Shape } from '../endpoint.ts'
import { Media } from '../media.ts'

/** A body as it is sent, and its media type. */
interface Sent {
  readonly type: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

const contentOf: Readonly<Record<'text' | 'bytes', (body: unknown) => Sent['content']>> = {
  text(body) {
    if (typeof body === 'string' && body.isWellFormed()) return body
    throw new TypeError('body: needs a text of whole characters')
  },
  bytes(body) {
    if (body instanceof Uint8Array) return new Uint8Array(body)
    throw new TypeError('body: needs a Uint8Array')
  },
}

/** A body in the form that is declared. Throws TypeError for what has no such form. */
export function sentOf(declared: Shape['body'], body: unknown): Sent | undefined {
  if (declared instanceof Media) return { type: declared.type, content: contentOf[declared.form](body) }
  return body === undefined ? undefined : { type: 'application/json', content: JSON.stringify(body) }
}
