import type { Call, Principal } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import { z } from 'zod'
import { headerName } from '../header-name.ts'
import { addressKey } from './address-key.ts'

const header = z.strictObject({ header: headerName })

/** By what calls are told apart before anybody knows who makes them. */
export const perBeforeIdentify = z.union([z.enum(['ip', 'everyone']), header])

/** By what callers are told apart when they are counted. */
export const per = z.union([
  z.enum(['ip', 'user', 'application', 'credential', 'everyone']),
  z.strictObject({ claim: z.string().min(1) }),
  header,
])
export type Per = z.output<typeof per>

type Key = (call: Call, principal: Principal | undefined) => string

const byAddress: Key = call => `ip ${addressKey(call.ip)}`

/** A name with its issuer, whose length keeps the two apart: no caller can write a name that leads to another's counter. */
const named = (kind: string, issuer: string, name: string) => `${kind} ${issuer.length} ${issuer} ${name}`

/** By the credential: an id is its issuer's own, so two issuers' ids never meet. */
const byCredential: Key = (call, principal) => {
  if (principal === undefined || principal.credential.id === '') return byAddress(call, principal)
  const { credential, user, application } = principal
  return named(`credential ${credential.kind}`, (user ?? application)?.issuer ?? '', credential.id)
}

/** The nearest name that the caller has: callers without one are never thrown together while an address tells them apart. */
function nearest(...order: readonly ('user' | 'application')[]): Key {
  return (call, principal) => {
    for (const kind of order) {
      const identity = principal?.[kind]
      if (identity !== undefined) return named(kind, identity.issuer, identity.subject)
    }
    return byCredential(call, principal)
  }
}

const keys = {
  ip: byAddress,
  user: nearest('user', 'application'),
  application: nearest('application', 'user'),
  credential: byCredential,
  everyone: () => 'everyone',
} satisfies Record<string, Key>

/** How a call's counter is named under `per`. Calls that lack the claim or header share one counter: that grants less. */
export function keyOf(by: Per): Key {
  if (typeof by === 'string') return keys[by]
  if ('claim' in by) {
    return (_, principal) => {
      const value = principal === undefined ? undefined : claimAt(principal.claims, by.claim)
      return `claim ${JSON.stringify(value ?? null)}`
    }
  }
  return call => `header ${JSON.stringify(call.headers.all(by.header))}`
}

export function perLabel(by: Per): string {
  if (typeof by === 'string') return by === 'everyone' ? 'for everyone' : `per ${by}`
  return 'claim' in by ? `per claim ${by.claim}` : `per header ${by.header}`
}
