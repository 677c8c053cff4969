import { describeMagicToken } from '@sallyport/tokens'
import { Failure } from '../frame/failure.ts'
import { attempt } from './given.ts'

const timeoutMs = 30_000
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const issuerOf = (token: string) => attempt(() => describeMagicToken(token)).parts[0]?.claims.iss

/** Where tokens are ended. Beyond this machine a token goes by TLS only. */
function doorAt(gateway: unknown): string {
  const url = typeof gateway === 'string' ? URL.parse(gateway) : null
  if (url === null) throw new Failure('it is not known where the gateway is: say --gateway URL')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    throw new Failure(`the gateway is ${url.origin}: the token would be sent there unprotected`)
  return `${url.href.replace(/\/$/, '')}/.well-known/sallyport/revoke`
}

/**
 * Ends a token with nothing but the token (RFC 7009), at a gateway's URL, or where the token names its own. Throws Failure where that
 * can't be done.
 */
export async function revokeAsHolder(token: string, gateway: string | undefined): Promise<void> {
  const door = doorAt(gateway ?? issuerOf(token))
  const answer = await fetch(door, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: Error) => {
    throw new Failure(`no gateway answers at ${door} (${error.message})`)
  })
  if (answer.status !== 200) throw new Failure(`${door} answered ${answer.status}: the token may still be good`)
}
