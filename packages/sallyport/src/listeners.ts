import type { Listeners } from '@sallyport/config'
import type { Gateway } from '@sallyport/gateway'
import { openListener } from '@sallyport/http1'

/** The open listeners of a gateway. */
export interface OpenListeners {
  readonly http: string | undefined
  readonly https: string | undefined
  /** How many connections of callers are open. */
  connections(): number
  /** Takes up a changed certificate. A changed address needs a restart. */
  replaceTls(listeners: Listeners): void
  close(graceMs: number): Promise<void>
}

/** Opens what the configuration asks for. Throws where an address cannot be had. */
export async function openListeners({ http, https }: Listeners, gateway: Gateway): Promise<OpenListeners> {
  const plain = http && (await openListener({ ...http, tls: undefined }, gateway))
  const secure =
    https &&
    (await openListener({ ...https, tls: https }, gateway).catch(async error => {
      await plain?.close(0)
      throw error
    }))
  return {
    http: plain?.url,
    https: secure?.url,
    connections: () => (plain?.connections() ?? 0) + (secure?.connections() ?? 0),
    replaceTls(changed) {
      if (changed.https !== undefined) secure?.replaceTls(changed.https)
    },
    async close(graceMs) {
      await Promise.all([plain?.close(graceMs), secure?.close(graceMs)])
    },
  }
}
