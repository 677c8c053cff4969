import { type Call, type LimitRule, readRate, remembered, Secret, type Take } from '@sallyport/core'
import {
  addressKey,
  attemptRules,
  countAttempts,
  refuseBusy,
  requireAttempts,
  type StagePorts,
  takeRoom,
} from '@sallyport/stages'
import { z } from 'zod'
import { declared } from './declared.ts'
import { type Handled, withinOf } from './within.ts'

type Found = string | null | undefined

export interface LoginsOptions {
  /** What `hashPassword` gave for a name; nothing for one that nobody has. */
  readonly find: (name: string) => Found | Promise<Found>
  /** So many failures are borne from one address (IPv6: one /64): `60/15m` unless given. */
  readonly perIp?: string
  /** So many for one name, wherever they come from: `10/15m` unless given. */
  readonly perAccount?: string
}

/** Names and passwords that handlers are given, verified so that guessing costs. `call` is what a handler was called with. */
export interface Logins {
  /**
   * Whether this is the password of that name. A name that nobody has takes as long and is false. Rejects with Problem
   * `attempts-exceeded` (429), before any hash, where too many have failed; `overloaded` or `limit-unavailable` (503).
   */
  verify(name: string, password: Secret | string, call: Handled): Promise<boolean>
}

const rate = z.string().transform((text, context) => {
  const read = readRate(text)
  if (read !== undefined) return read
  context.addIssue({ code: 'custom', message: 'needs a count and a stretch of time, such as 10/15m' })
  return z.NEVER
})

const options = z.strictObject({
  find: z.custom<LoginsOptions['find']>(value => typeof value === 'function', 'needs a function from a name to a hash'),
  perIp: rate.prefault('60/15m'),
  perAccount: rate.prefault('10/15m'),
})

/** So many passwords from one address are looked at side by side: nobody fills the queue alone. */
const together: LimitRule = { algorithm: 'concurrency', count: 8 }

/** Names that would be written alike are one account, however they are written. */
const accountOf = (name: string) => name.normalize('NFKC').trim().toLowerCase()

/** What is taken while a password is looked at. */
const heldBy = ({ api, ip }: Call): readonly Take[] =>
  ip === undefined ? [] : [{ key: `login ${api} under way ${addressKey(ip)}`, rule: together, cost: 1 }]

async function whileRoom<Made>(
  call: Call,
  { edgeCounters, fault }: StagePorts,
  work: () => Promise<Made>,
): Promise<Made> {
  const held = heldBy(call)
  if (held.length === 0) return work()
  await takeRoom(held, call, edgeCounters)
  try {
    return await work()
  } finally {
    const released = edgeCounters.release(held, call.at)
    if (released instanceof Promise) released.catch(fault)
  }
}

/** Logins by name and password, in handlers of their own. Throws TypeError that names the option which won't do. */
export function logins(written: LoginsOptions): Logins {
  const { find, ...guessing } = declared('logins', options, written)
  const rulesOf = remembered(api => attemptRules(guessing, `login ${api}`))
  const takesOf = ({ api, ip }: Call, name: string): readonly Take[] => {
    const { ofAddress, ofAccount } = rulesOf(api)
    return [...(ip === undefined ? [] : ofAddress(ip)), ofAccount(accountOf(name))]
  }
  return {
    async verify(name, password, handled) {
      const { call, ports } = withinOf(handled, 'logins.verify')
      const secret = password instanceof Secret ? password : new Secret(password)
      const takes = takesOf(call, name)
      await requireAttempts(takes, call, ports)
      return whileRoom(call, ports, async () => {
        const kept = (await find(name)) ?? undefined
        const isGood = await ports.passwords.check(kept, secret).catch(refuseBusy)
        if (!isGood) await countAttempts(takes, call, ports.edgeCounters)
        // Others may have failed meanwhile: beyond the bound nobody is told whether their guess was right.
        else await requireAttempts(takes, call, ports)
        return isGood
      })
    },
  }
}
