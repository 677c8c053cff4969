import type { GatewayRules } from '@sallyport/core'
import { usuallyRedacted } from '@sallyport/stages'
import type { AppOptions } from './app-options.ts'
import { declared } from './declared.ts'
import { originOption } from './origin-option.ts'

const guessing = { perIp: { count: 600, windowMs: 60_000 }, perAccount: { count: 20, windowMs: 60_000 } }

/** What holds for all calls of an application, whoever they are for. Throws TypeError where `url` can't be meant. */
export const gatewayRules = ({ url, trustedProxies = [] }: AppOptions): GatewayRules => ({
  url: url === undefined ? '' : declared('url', originOption, url),
  hosts: [],
  trustedProxies,
  clientAddress: 'x-forwarded-for',
  guessing,
  record: { redact: usuallyRedacted },
})
