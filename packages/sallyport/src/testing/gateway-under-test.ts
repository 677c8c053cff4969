import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { formatMistake, loadConfiguration, loadPorts, openVault } from '@sallyport/config'
import type { Clock, Counters } from '@sallyport/core'
import { Gateway, type GatewayPorts } from '@sallyport/gateway'
import { noAnswers } from '@sallyport/stages'
import { type Agreed, Stand, type UnderTest } from '@sallyport/testing'
import { createMagicVerifier, createPasswordChecker, type MagicKeys, newSigningKey } from '@sallyport/tokens'

/** What a gateway under test is given. */
interface Given {
  readonly agreed: Agreed
  readonly clock: Clock
  /** Of magic tokens. */
  readonly keys: MagicKeys
  readonly env: Readonly<Record<string, string | undefined>>
}

const nobody = (): never => {
  throw new Error('a test asks nobody')
}

/** What calls leave behind is kept by the stand that judges them. */
const unkept: Counters = { take: nobody, peek: nobody, release: nobody }

/** Ports of a gateway that reaches nothing: no network, no folder for state. */
function portsBy({ clock, keys }: Given): GatewayPorts {
  const verifier = createMagicVerifier({ keys, randomKey: randomBytes(32) })
  return {
    clock,
    counters: unkept,
    edgeCounters: unkept,
    trialCounters: unkept,
    upstreams: { send: nobody },
    answers: noAnswers,
    stateOf: nobody,
    passwords: createPasswordChecker({ running: 2, waiting: 64 }),
    magicTokens: {
      verify: (token, most) => verifier.verify(token, most),
      isRevoked: () => false,
      isCanary: () => false,
      isFirstUse: nobody,
      revoke: async () => undefined,
    },
    derivedKey: purpose => Buffer.alloc(32, purpose),
    isFirstUse: nobody,
    callerKey: newSigningKey('EdDSA'),
    fetchJson: async () => nobody(),
    record: () => undefined,
    fault: error => {
      throw error
    },
  }
}

/** Reads a configuration for tests. Rejects where it can't be used, with every mistake. */
export async function gatewayUnderTest(files: readonly string[], given: Given): Promise<UnderTest> {
  const { agreed, clock, env } = given
  const vault = await openVault(join(dirname(files[0] ?? '.'), '.sallyport'), clock, randomBytes)
  const { result } = await loadConfiguration(files, loadPorts(env, vault, { keys: [] }))
  if ('mistakes' in result)
    throw new Error(`the configuration cannot be used:\n${result.mistakes.map(formatMistake).join('\n')}`)
  const { snapshot, sets } = result
  const ports = new Gateway(portsBy(given)).stagePorts({ snapshot, sets })
  const setting = { snapshot, ports, agreed }
  return { name: files.join(' '), setting, stand: await Stand.of(setting) }
}
