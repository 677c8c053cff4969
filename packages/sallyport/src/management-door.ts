import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { formatMistake } from '@sallyport/config'
import type { Clock } from '@sallyport/core'
import { type Gateway, type Management, mintToken, openManagement, openOperatorKey } from '@sallyport/gateway'
import { imagine, newCallId } from '@sallyport/stages'
import type { Metrics } from '@sallyport/stages/metrics'
import { type CounterStore, countersHealth, countersReady } from '@sallyport/store'
import { type MagicKeys, retireMagicKey, rotateMagicKeys } from '@sallyport/tokens'
import type { MagicState } from './magic-state.ts'
import type { Memory } from './memory.ts'
import type { RulesReader } from './rules.ts'

export interface DoorSetting {
  /** Folder for state. */
  readonly data: string
  /** 0 takes a free one. */
  readonly port: number
  /** With rules loaded. */
  readonly gateway: Gateway
  readonly reader: Pick<RulesReader, 'warnings'>
  readonly memory: Memory
  readonly magic: MagicState
  readonly metrics: Metrics
  readonly store: Pick<CounterStore, 'standing'>
  readonly clock: Clock
  /** Whether new calls are taken. */
  readonly taking: () => boolean
  /** The URL of an open listener. */
  readonly listening: () => string | undefined
}

const namesOf = ({ signing, sealing }: MagicKeys) => ({
  signing: signing.map(({ kid }) => kid),
  sealing: sealing.map(({ kid }) => kid),
})

/** Opens the operators' door to a gateway. */
export async function openManagementDoor(setting: DoorSetting): Promise<Management> {
  const { data, port, gateway, reader, memory, magic, metrics, store, clock, taking, listening } = setting
  const { ring, log } = memory
  return openManagement({
    host: '127.0.0.1',
    port,
    socketPath: join(data, 'management.sock'),
    key: await openOperatorKey(join(data, 'operator.key'), randomBytes),
    verbs: {
      findCall: id => ring.find(id),
      lastCalls: count => ring.last(count),
      imagine: call => {
        const { rules } = gateway.inForce
        return imagine(call, {
          snapshot: rules.snapshot,
          ports: gateway.stagePorts(rules),
          verifierOf: (issuer, at) => gateway.verifiers.at(issuer, at),
        })
      },
      async mint(order) {
        const { snapshot } = gateway.inForce.rules
        const { minted, token } = await mintToken(order, {
          snapshot,
          keys: magic.keys(),
          now: clock.now(),
          random: randomBytes,
        })
        // On the list before anybody has it.
        if (order.canary) await magic.canaries.add(minted.jti, clock.now())
        // The only inventory that there is of tokens, which nothing stores.
        log.logger.info({ minted }, 'magic token made')
        return token
      },
      async revoke(id) {
        await magic.revocations.add(id, clock.now())
        log.logger.info({ revoked: id }, 'magic token revoked')
      },
      rotateTokenKeys: async alg => {
        const keys = await magic.change(now => rotateMagicKeys(now, alg))
        log.logger.info({ keys: namesOf(keys) }, 'new keys for magic tokens')
        return namesOf(keys)
      },
      retireTokenKey: async kid => {
        const keys = await magic.change(now => retireMagicKey(now, kid))
        log.logger.info({ retired: kid }, 'a key of magic tokens is out')
        return namesOf(keys)
      },
      rulesInForce: () => {
        const { rules } = gateway.inForce
        return { snapshot: rules.snapshot, ports: gateway.stagePorts(rules) }
      },
      reachedAt: () => {
        const { url } = gateway.inForce.rules.snapshot.gateway
        // A port that the system gave isn't known to the rules.
        return new URL(url).port === '0' ? (listening() ?? url) : url
      },
      inForce: () => {
        const { rules, since } = gateway.inForce
        return { snapshot: rules.snapshot, since, warnings: reader.warnings.map(formatMistake) }
      },
    },
    metrics,
    ready: () => ({ calls: taking(), records: ring.healthy, ...countersReady(store.standing()) }),
    health: () => countersHealth(store.standing()),
    newId: newCallId,
    clock,
    onProblem: (problem, id) =>
      log.logger.warn({ id, code: problem.code, reason: problem.reason }, 'management refused'),
  })
}
