import { type AdmitGuard, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import { addressList, isAddressRange } from './address.ts'

const ranges = z.array(z.string().refine(isAddressRange, 'needs an address or a range such as 10.0.0.0/8')).min(1)

/** From which addresses calls may come. `deny` wins; where `allow` is given, an unknown address is refused. */
export const ip = guardKind({
  kind: 'ip',
  settings: z
    .strictObject({ allow: ranges.optional(), deny: ranges.optional() })
    .refine(rule => rule.allow !== undefined || rule.deny !== undefined, 'needs allow or deny'),
  label: ({ allow, deny }) =>
    [allow && `from ${allow.join(', ')}`, deny && `not from ${deny.join(', ')}`].filter(Boolean).join(', '),
  create: ({ allow, deny }): AdmitGuard => {
    const allowed = allow === undefined ? () => true : addressList(allow)
    const denied = deny === undefined ? () => false : addressList(deny)
    return {
      check({ ip: address }) {
        if (address !== undefined && !denied(address) && allowed(address)) return
        throw new Problem('address-refused', {}, `address ${address ?? 'unknown'} is not let in`)
      },
    }
  },
})
