import type { Grant, Limit, LimitRule } from '@sallyport/core'
import type { MagicPart, MagicToken } from '@sallyport/tokens'
import { permission } from '../authorize/permission.ts'

/** The rates of one part count under its own id: for all tokens that were made of it together, on all routes. */
function limitsOf({ id, rates }: MagicPart): { readonly name: string; readonly guard: Limit }[] {
  return rates.map(({ count, windowMs, text }) => {
    const rule: LimitRule = { algorithm: 'fixedWindow', count, windowMs }
    const take = { key: `magic ${id} ${text}`, rule, cost: 1 }
    return { name: 'token', guard: { rule, headers: 'none', take: () => take } }
  })
}

/** What a genuine token permits and brings. */
export function grantOf({ audience, iat, lifeSeconds, parts, credential, jti }: MagicToken): Grant {
  return {
    part: parts.at(-1)?.id ?? jti,
    audience,
    issuedAt: iat * 1000,
    lifeMs: lifeSeconds * 1000,
    permits: permission(parts.flatMap(({ entries }) => (entries === undefined ? [] : [entries]))),
    limits: parts.flatMap(limitsOf),
    credential,
  }
}
