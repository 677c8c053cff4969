import type { Rules } from './api.ts'
import type { AppOptions } from './app-options.ts'

/** Cloudflare's Workers say so. */
const isWorker = () => globalThis.navigator?.userAgent === 'Cloudflare-Workers'

const files = 'files that last'
const code = 'code that is generated'

/** What options need that Workers don't have. */
const needed = {
  development: 'a terminal',
  counters: 'a connection that outlives a call',
  metrics: 'one process that answers all calls',
  securityLog: files,
  data: files,
  geo: files,
} satisfies Partial<Record<keyof AppOptions, string>>

/** What rules need that Workers don't have. */
const neededByRules = {
  inspect: { body: code, document: code, xml: code, xmlSignature: code },
  protect: { body: code, document: code, xml: code },
} satisfies Partial<Record<keyof Rules, Readonly<Record<string, string>>>>

const refuse = (option: string, what: string): never => {
  throw new TypeError(`${option}: needs ${what}, which Workers do not have`)
}

function requireWithin(section: string, written: object, needed: Readonly<Record<string, string>>): void {
  for (const [name, what] of Object.entries(needed))
    if (Object.hasOwn(written, name)) refuse(`${section}.${name}`, what)
}

/** Throws TypeError, which names the option, on Workers where something is declared that would not work there. */
export function requireRunsHere(options: AppOptions): void {
  if (!isWorker()) return
  for (const [name, what] of Object.entries(needed)) if (Object.hasOwn(options, name)) refuse(name, what)
  for (const { inspect = {}, protect = {} } of [options, ...options.operations.map(({ rules }) => rules)]) {
    requireWithin('inspect', inspect, neededByRules.inspect)
    requireWithin('protect', protect, neededByRules.protect)
    requireWithin('inspect.shadow', inspect.shadow ?? {}, neededByRules.inspect)
    requireWithin('protect.shadow', protect.shadow ?? {}, neededByRules.protect)
    if (typeof protect.sign === 'object' && 'xpath' in protect.sign) refuse('protect.sign.xpath', code)
  }
}
