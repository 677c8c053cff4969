import { decodeJwt } from 'jose'
import { type Received, valuesOf } from './backend.ts'

/** The header in which the tests' gateways tell their backends who calls. */
export const callerHeader = 'x-caller'

/** What the backend was told of the caller, by the claims of the gateway's own token. */
export function callerOf(received: Received | undefined) {
  const [token, more] = valuesOf(received, callerHeader)
  if (token === undefined || more !== undefined) throw new Error('the backend was not told of exactly one caller')
  return decodeJwt<Record<string, unknown>>(token)
}
