import { isIP } from 'node:net'
import type { App } from './app.ts'

/** What Cloudflare's Workers call: the default export of a Worker's module. */
export interface Worker<Env> {
  fetch(request: Request, env: Env): Promise<Response>
}

/** Who called, as Cloudflare says: callers can't set the field there. */
function peerOf({ headers }: Request): string | undefined {
  const address = headers.get('cf-connecting-ip') ?? ''
  return isIP(address) === 0 ? undefined : address
}

/**
 * An application as a Worker. It is made at the first call, for nothing random may be made before; `env` has the Worker's secrets.
 * Calls fail, all of them, while it can't be made.
 */
export function worker<Env>(make: (env: Env) => Promise<App>): Worker<Env> {
  let ready: App | undefined
  return {
    async fetch(request, env) {
      // What one call waits for ends with it, so no other may wait for that: the first that is ready serves all.
      const made = ready ?? (await make(env))
      ready ??= made
      const peer = peerOf(request)
      return ready.fetch(request, peer === undefined ? {} : { peer })
    },
  }
}
