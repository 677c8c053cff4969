import { type Identify, jwt } from '@sallyport/sdk'
import type { Where } from './run-example.ts'

/** The gateway says in X-Caller who calls. Nobody else can: it is signed, and for this API alone. */
export const toldBy = ({ gateway, issuer, api }: Where): Identify =>
  jwt({
    issuer,
    audience: api,
    jwks: `${gateway}/.well-known/jwks.json`,
    header: 'X-Caller',
    typ: 'sallyport-caller+jwt',
  })
