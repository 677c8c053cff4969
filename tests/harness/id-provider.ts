import type { TestContext } from 'node:test'
import { type Backend, startBackend } from './backend.ts'

/** An identity provider over HTTP: discovery, keys, and whatever goes wrong with them. */
export interface IdProvider {
  readonly url: string
  /** How often the keys were asked for. */
  readonly asked: () => number
  /** How often anything was asked for. */
  readonly received: () => number
  /** Publishes other keys; the text of a JSON Web Key Set. */
  publish(jwks: string): void
  /** From now on everything is answered with this status; 200 puts it right again. */
  answer(status: number): void
}

const metadataPath = '/.well-known/openid-configuration'
const keysPath = '/keys'

/** `named` is the issuer that the metadata speaks for, where it isn't the provider itself. */
export async function startIdProvider(
  t: Pick<TestContext, 'after'>,
  first: string,
  named?: string,
): Promise<IdProvider> {
  let jwks = first
  let status = 200
  const provider: Backend = await startBackend(t, ({ url }, response) => {
    const metadata = JSON.stringify({ issuer: named ?? provider.url, jwks_uri: provider.url + keysPath })
    const known: Readonly<Record<string, string>> = { [metadataPath]: metadata, [keysPath]: jwks }
    const body = known[url]
    response.writeHead(body === undefined ? 404 : status, { 'Content-Type': 'application/json' })
    response.end(status === 200 ? body : '{}')
  })
  return {
    url: provider.url,
    asked: () => provider.received.filter(({ url }) => url === keysPath).length,
    received: () => provider.received.length,
    publish(next) {
      jwks = next
    },
    answer(next) {
      status = next
    },
  }
}
