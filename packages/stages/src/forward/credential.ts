import type { UpstreamCredential } from '@sallyport/core'

/** What a credential of ours adds to the request. */
export interface Added {
  readonly headers: readonly string[]
  readonly query: string
}

const header = (name: string, value: string): Added => ({ headers: [name, value], query: '' })
const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')

/** The upstream's own credential: a field, a query parameter, Basic (RFC 7617) or Bearer (RFC 6750). */
export function credentialAdded(credential: UpstreamCredential | undefined): Added {
  if (credential === undefined) return { headers: [], query: '' }
  switch (credential.kind) {
    case 'header':
      return header(credential.name, credential.value.reveal())
    case 'query':
      return { headers: [], query: `${encoded(credential.name)}=${encoded(credential.value.reveal())}` }
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
