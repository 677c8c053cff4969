import type { GatewayRules } from '@sallyport/core'
import { type Issuer, noAnswers, type StagePorts } from '@sallyport/stages'
import { createJwtVerifier, fixedKeys, newSigningKey } from '@sallyport/tokens'

const unused = (): never => {
  throw new Error('nothing is called while a configuration is checked')
}

/** Ports with which guards can be made, so that what cannot be made is found at load; nothing is ever called on them. */
export function probePorts(issuers: Readonly<Record<string, Issuer>>, gateway: GatewayRules): StagePorts {
  const clock = { now: unused, elapsed: unused }
  return {
    clock,
    newId: unused,
    counters: { take: unused, peek: unused, release: unused },
    edgeCounters: { take: unused, peek: unused, release: unused },
    trialCounters: { take: unused, peek: unused, release: unused },
    sets: { apiKey: unused, user: unused },
    upstreams: { send: unused },
    asking: { send: unused },
    answers: noAnswers,
    stateOf: () => ({ get: unused, put: unused, hold: unused }),
    passwords: { check: unused },
    verifierOf: ({ rules }) =>
      createJwtVerifier(rules, fixedKeys({ keys: [], notes: [] }), { clock, randomKey: new Uint8Array(32) }, unused),
    introspectorOf: () => ({ ask: unused }),
    magicTokens: { verify: unused, isRevoked: unused, isCanary: unused, isFirstUse: unused, revoke: unused },
    askOutside: unused,
    derivedKey: () => new Uint8Array(32),
    keysAt: () => fixedKeys({ keys: [], notes: [] }),
    isFirstUse: unused,
    callerKey: newSigningKey('EdDSA'),
    record: unused,
    fault: unused,
    issuers,
    gateway,
  }
}
