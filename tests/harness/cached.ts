import { type Answer, type Backend, startBackend } from './backend.ts'
import { type GatewayOptions, noon, startGateway, type TestGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'
import { openYaml } from './open.ts'

/** An answer with these fields, whose body counts how often the backend was asked. */
export function counting(headers: Readonly<Record<string, string>>, status = 200): Answer {
  let count = 0
  return (_, response) => {
    response.writeHead(status, { Date: new Date(noon).toUTCString(), ...headers }).end(`answer ${++count}`)
  }
}

type Written = Omit<Parameters<typeof openYaml>[0], 'to'>

export interface CachedGateway extends TestGateway {
  readonly backend: Backend
  /** The body of what is got. */
  text(path: string, headers?: Readonly<Record<string, string>>): Promise<string>
}

/** A gateway that keeps answers, before a backend that gives these. `cache` is what is written for it. */
export async function startCached(
  t: Lifetime,
  answer: Answer,
  { cache = 'true', forward, ...written }: Written & { readonly cache?: string } = {},
  options: GatewayOptions = {},
): Promise<CachedGateway> {
  const backend = await startBackend(t, answer)
  const more = forward === undefined ? '' : `, ${forward}`
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, ...written, forward: `cache: ${cache}${more}` }),
    options,
  )
  return { ...gateway, backend, text: async (path, headers = {}) => (await gateway.call(path, { headers })).text() }
}

/** What the cache did for the calls that are over, oldest first. */
export const usesOf = ({ events }: Pick<TestGateway, 'events'>) => events.map(({ cache }) => cache)
