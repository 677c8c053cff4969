import type { Secret } from '@sallyport/core'
import { BadToken } from './bad-token.ts'
import { type Claims, readClaims } from './claims.ts'
import { type FetchJson, type Posted, whyUnfetched } from './fetch-json.ts'

/** Who tells whether tokens are good (RFC 7662), and how it knows who asks (RFC 6749 section 2.3.1). */
export interface Authority {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly authentication: 'client_secret_basic' | 'client_secret_post'
}

const maxBytes = 64 * 1024

const formEncoded = (members: Readonly<Record<string, string>>) => new URLSearchParams(members).toString()

/** Id and secret are form-encoded before they are joined (RFC 6749 section 2.3.1). */
const encoded = (text: string) => formEncoded({ '': text }).slice(1)

/** The field that says what a form is. */
const contentType = 'application/x-www-form-urlencoded'

function formOf(token: string, { authentication, clientId, clientSecret }: Authority): Posted {
  const asked = { token, token_type_hint: 'access_token' }
  const secret = clientSecret.reveal()
  if (authentication === 'client_secret_post')
    return {
      contentType,
      body: formEncoded({ ...asked, client_id: clientId, client_secret: secret }),
      authorization: undefined,
    }
  const pair = Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')
  return { contentType, body: formEncoded(asked), authorization: `Basic ${pair}` }
}

const unavailable = (reason: string) => new BadToken('unavailable', `the authority ${reason}`)

/** The claims of an active token; undefined where it is none. Nothing of the answer is quoted: it could repeat the token. */
function readAnswer(body: string): Claims | undefined {
  const claims = claimsIn(body)
  if (claims.active === true) return claims
  if (claims.active === false) return undefined
  throw unavailable('does not say whether the token is active (RFC 7662 section 2.2)')
}

function claimsIn(body: string): Claims {
  try {
    return readClaims(Buffer.from(body, 'utf8'))
  } catch (error) {
    throw error instanceof BadToken ? unavailable(`answered what is no introspection: ${error.reason}`) : error
  }
}

/**
 * What the authority says of a token that it calls active; undefined where it says that it isn't. Rejects with BadToken `unavailable` for
 * anything else: no answer, another status than 200, a redirect, an answer that is too long or can't be read.
 */
export async function introspect(
  token: string,
  authority: Authority,
  { fetchJson, signal }: { readonly fetchJson: FetchJson; readonly signal: AbortSignal },
): Promise<Claims | undefined> {
  const { url } = authority
  const answer = await fetchJson(url, { signal, maxBytes, posted: formOf(token, authority) }).catch(
    (error: unknown) => {
      throw unavailable(`could not be asked: ${whyUnfetched(error)}`)
    },
  )
  if (answer.status !== 200) throw unavailable(`answered ${answer.status}`)
  if (Buffer.byteLength(answer.body) > maxBytes) throw unavailable(`answered with more than ${maxBytes} bytes`)
  return readAnswer(answer.body)
}
