import type { Call, Identity, Principal } from '@sallyport/core'
import { z } from 'zod'

/** By what callers are told apart when they are counted. */
export const per = z.union([
  z.enum(['ip', 'user', 'application', 'credential', 'everyone']),
  z.strictObject({ claim: z.string().min(1) }),
  z.strictObject({ header: z.string().min(1).toLowerCase() }),
])
export type Per = z.output<typeof per>

type Key = (call: Call, principal: Principal | undefined) => string

/** An IPv6 caller commands a whole /64, so that is what is counted. */
export function addressKey(ip: string | undefined): string {
  if (ip === undefined || !ip.includes(':')) return ip ?? 'unknown'
  const [head = '', tail = ''] = ip.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = ip.includes('::') ? Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0') : []
  return [...groups, ...zeros, ...after]
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

const named = (kind: string, identity: Identity) => `${kind} ${identity.issuer} ${identity.subject}`

/** The nearest name that the caller has: callers without one are never thrown together while an address tells them apart. */
function nearest(call: Call, order: readonly ['user' | 'application', 'user' | 'application'], principal?: Principal) {
  for (const kind of order) {
    const identity = principal?.[kind]
    if (identity !== undefined) return named(kind, identity)
  }
  return principal?.credential.id ? `credential ${principal.credential.id}` : `ip ${addressKey(call.ip)}`
}

const keys = {
  ip: call => `ip ${addressKey(call.ip)}`,
  user: (call, principal) => nearest(call, ['user', 'application'], principal),
  application: (call, principal) => nearest(call, ['application', 'user'], principal),
  credential: (call, principal) =>
    principal?.credential.id ? `credential ${principal.credential.id}` : `ip ${addressKey(call.ip)}`,
  everyone: () => 'everyone',
} satisfies Record<string, Key>

/** How a call's counter is named under `per`. Calls that lack the claim or header share one counter: that grants less. */
export function keyOf(by: Per): Key {
  if (typeof by === 'string') return keys[by]
  if ('claim' in by) {
    return (_, principal) => `claim ${JSON.stringify(principal?.claims[by.claim] ?? null)}`
  }
  return call => `header ${JSON.stringify(call.headers.all(by.header))}`
}

export function perLabel(by: Per): string {
  if (typeof by === 'string') return by === 'everyone' ? 'for everyone' : `per ${by}`
  return 'claim' in by ? `per claim ${by.claim}` : `per header ${by.header}`
}
