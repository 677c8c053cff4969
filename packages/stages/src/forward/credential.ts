import { type ForwardRule, type Grant, type Principal, Problem, type UpstreamCredential } from '@sallyport/core'
import { requireSendable } from './request-headers.ts'

/** What a credential of ours adds to the request. */
export interface Added {
  readonly headers: readonly string[]
  /** Name and value of a query parameter. */
  readonly parameter: readonly [name: string, value: string] | undefined
}

/** What the caller's own token brings. Where it is wanted callers can't come without, but for those that are imagined. */
export function sealedIn({ grant }: Principal): Grant {
  if (grant === undefined)
    throw new Problem('not-permitted', {}, 'there is no token whose credential the upstream could be shown')
  return grant
}

/** What the upstream is shown for this caller. */
export const credentialFor = ({ credential }: ForwardRule, principal: Principal): UpstreamCredential | undefined =>
  credential === 'sealed' ? sealedIn(principal).credential : credential

/** A field value's bytes, as the text that stands for them. A control character would end the field: that can't be used. */
function fieldValue(text: string): string {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) throw new TypeError('the upstream credential holds a control character')
  return Buffer.from(text, 'utf8').toString('latin1')
}

function header(name: string, value: string): Added {
  requireSendable(name)
  return { headers: [name, fieldValue(value)], parameter: undefined }
}

/** The upstream's own credential: a field, a query parameter, Basic (RFC 7617) or Bearer (RFC 6750). */
export function credentialAdded(credential: UpstreamCredential | undefined): Added {
  if (credential === undefined) return { headers: [], parameter: undefined }
  switch (credential.kind) {
    case 'header': {
      const { name, scheme, value } = credential
      return header(name, scheme === undefined ? value.reveal() : `${scheme} ${value.reveal()}`)
    }
    case 'query':
      return { headers: [], parameter: [credential.name, credential.value.reveal()] }
    case 'basic': {
      const pair = `${credential.username}:${credential.password.reveal()}`
      return header('Authorization', `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`)
    }
    case 'bearer':
      return header('Authorization', `Bearer ${credential.token.reveal()}`)
    default:
      credential satisfies never
      throw new TypeError('an upstream credential of unknown kind')
  }
}
