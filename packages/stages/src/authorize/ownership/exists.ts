import { Problem } from '@sallyport/core'
import type { SeenCall } from '../../modules/guard-module.ts'
import { nameIn, type Order } from './orders.ts'
import { memberOf, type OwnershipRule } from './rules.ts'

/** `{name}` stands for a part of the key, percent-encoded (RFC 3986 section 2). */
const filled = (template: string, parts: Order['parts']) =>
  template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (value === undefined) throw new TypeError(`exists.get names ${name}, which is no part of the key`)
    return encodeURIComponent(value)
  })

const gone = new Set([404, 410])

/**
 * Whether the upstream has the thing already. In a list names are compared without case: more is taken for the same, so more is
 * refused. Throws Problem `upstream-broken` where it can't be told.
 */
export async function isThere(order: Order, { exists, body }: OwnershipRule, call: SeenCall): Promise<boolean> {
  if (exists === undefined || call.upstream === undefined) throw new TypeError('there is no way to ask what exists')
  const { status, json } = await call.upstream(filled(exists.get, order.parts))
  if (gone.has(status)) return false
  if (status !== 200) throw new Problem('upstream-broken', {}, `asked what exists, the upstream answered ${status}`)
  if (exists.each === undefined) return true
  if (json === undefined) throw new Problem('upstream-broken', {}, 'asked what exists, the upstream answered no JSON')
  const members = [...(body?.members.keys() ?? [])]
  return exists
    .each(json)
    .some(thing =>
      members.every(name => nameIn(memberOf(thing, name))?.toLowerCase() === order.parts[name]?.toLowerCase()),
    )
}
