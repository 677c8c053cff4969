import {
  type Call,
  type Counters,
  type GuessingRule,
  type LimitRule,
  Problem,
  remembered,
  type Take,
  type Taken,
} from '@sallyport/core'
import { addressKey } from '../limit/address-key.ts'
import { counted } from '../limit/counted.ts'
import type { StagePorts } from '../ports.ts'

/** The limits on failed credentials, as rules for the counters. */
export interface AttemptRules {
  readonly ofAddress: (ip: string) => readonly Take[]
  readonly ofAccount: (account: string) => Take
}

/** `what` names what fails: each has counters of its own. */
export function attemptRules({ perIp, perAccount }: GuessingRule, what = 'guess'): AttemptRules {
  const ofAddresses: LimitRule = { algorithm: 'fixedWindow', ...perIp }
  const ofAccounts: LimitRule = { algorithm: 'fixedWindow', ...perAccount }
  return {
    ofAddress: remembered(ip => [{ key: `${what} ip ${addressKey(ip)}`, rule: ofAddresses, cost: 1 }]),
    ofAccount: account => ({ key: `${what} account ${account}`, rule: ofAccounts, cost: 1 }),
  }
}

/** What a failure would count: for the address, and for each account that was named. */
export function attemptsOf(call: Call, accounts: readonly string[], rules: AttemptRules): readonly Take[] {
  const takes = rules.ofAddress(call.ip ?? 'unknown')
  return accounts.length === 0 ? takes : [...takes, ...accounts.map(rules.ofAccount)]
}

function requireRoom(taken: Taken): void {
  if (taken.allowed) return
  const wait = Math.max(...taken.levels.map(level => level.retryMs))
  const retryAfter = Math.max(1, Math.ceil(wait / 1000))
  const headers = [['Retry-After', String(retryAfter)]] as const
  throw new Problem(
    'attempts-exceeded',
    { retryAfter, headers },
    'too many failed credentials from this address or for this account',
  )
}

/** Refuses before any hash or I/O where too many attempts failed. Throws Problem `attempts-exceeded`, or `limit-unavailable`. */
export function requireAttempts(takes: readonly Take[], call: Call, ports: StagePorts): void | Promise<void> {
  return counted(ports.edgeCounters.peek(takes, call.at), requireRoom)
}

/** Takes room for a try while it is under way. Throws as requireAttempts does. */
export function takeRoom(takes: readonly Take[], call: Call, counters: Counters): void | Promise<void> {
  return counted(counters.take(takes, call.at), requireRoom)
}

/**
 * Counts a failure for the address and for each account by itself: one that is full already spares none of the others. Throws as
 * requireAttempts does, where others have failed meanwhile: then nobody is told that this guess was wrong.
 */
export function countAttempts(takes: readonly Take[], call: Call, counters: Counters): undefined | Promise<unknown> {
  const counting = takes.map(take => counters.take([take], call.at))
  const pending = counting.map(taken => counted(taken, requireRoom)).filter(room => room instanceof Promise)
  return pending.length === 0 ? undefined : Promise.all(pending)
}
