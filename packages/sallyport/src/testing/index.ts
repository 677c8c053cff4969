import { beforeEach } from 'node:test'
import { Agreed, type Calls, callsOf, clockAt, millisecondsOf, type Time, testerOf } from '@sallyport/testing'
import { newMagicKeys } from '@sallyport/tokens'
import { type ConfigurationFile, filesOf } from './files.ts'
import { gatewayUnderTest } from './gateway-under-test.ts'
import { type TokenOptions, testToken } from './token.ts'

export type { Allowed, Answer, Brought, Caller, Calls, Made, Refused, Time, Told } from '@sallyport/testing'
export type { TokenOptions } from './token.ts'

export interface GatewayTestOptions {
  /** The time of calls that say none; it stands still. Noon of Thursday, 2026-01-15, in UTC, unless given. */
  readonly now?: Time
  /** What `${NAME}` of the configuration stands for, beside the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Calls of a gateway. */
export interface GatewayCalls extends Calls {
  /** Makes a magic token, to be sent along with `with`. It is made at the time of calls that say none. */
  token(options: TokenOptions): Promise<string>
}

const usualNow = '2026-01-15T12:00:00Z'

/**
 * The gateway that a configuration makes, to be called by tests: as anybody, at any time, from anywhere. Nothing listens and nothing is
 * sent. Files are found from where the test stands; later ones win. With each test limits count from nothing. Where the configuration can't be
 * used, every call rejects with what `sallyport check` would say.
 */
export function gateway(
  configuration: ConfigurationFile | readonly ConfigurationFile[],
  { now = usualNow, env = {} }: GatewayTestOptions = {},
): GatewayCalls {
  const time = millisecondsOf(now)
  const files = filesOf(configuration, gateway)
  const agreed = new Agreed()
  const keys = newMagicKeys()
  const given = { agreed, keys, clock: clockAt(time), env: { ...process.env, ...env } }
  const underTest = gatewayUnderTest(files, given)
  const tester = testerOf(agreed, underTest)
  beforeEach(() => tester.renew())
  return {
    ...callsOf(tester, time),
    token: async options => testToken(options, await underTest, { keys, now: time }),
  }
}
