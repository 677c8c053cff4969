import { after, type Reply } from '@sallyport/core'
import type { Operation, Rules } from '../api.ts'
import { endpointOf } from '../endpoint.ts'
import { givenReading } from '../given.ts'
import { type Access, rulesOf } from './access.ts'

/** What an application says of itself. */
export interface Own {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  /** How long it may be kept (RFC 9111 section 5.2): not at all unless given. */
  readonly cacheControl?: string
}

function replyOf({ status, contentType, body, cacheControl = 'no-store' }: Own): Reply {
  const headers = ['Content-Type', contentType, 'X-Content-Type-Options', 'nosniff', 'Cache-Control', cacheControl]
  return { kind: 'answer', status, headers, body }
}

/** `GET path` of the application's own, judged in the stages as any other. `more` are rules beside those of who may call. */
export function ownOperation(
  path: `/${string}`,
  access: Access,
  answer: () => Own | Promise<Own>,
  more: Rules = {},
): Operation {
  const declared = endpointOf(`GET ${path}`, {})
  return Object.freeze({
    endpoint: declared,
    rules: { ...more, ...rulesOf(access) },
    work: (owner: string) => ({ input: givenReading(declared, owner).rule, handler: () => after(answer(), replyOf) }),
  })
}
