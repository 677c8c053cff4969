import { firstBlock } from '../house/markdown.ts'
import { startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'

/**
 * A page's configuration for a gateway of tests: at a port that the system chooses, before this upstream, with the keys of its issuer in jwks.json,
 * for nobody answers at id.example.com.
 */
export const forTests = (yaml: string, upstream: string): string =>
  yaml
    .replace('http: 8080', 'http: 0')
    .replace('http://127.0.0.1:9001', upstream)
    .replace(
      /(\n *|\{ )url: (https:\/\/id\.example\.com)(,?)/,
      (_, before: string, url: string, comma: string) =>
        `${before}issuer: ${url}${comma}${comma === '' ? before : ' '}keys: { file: ./jwks.json }${comma}`,
    )

/** The example of a page, before a backend of the test's. */
export async function startExample(t: Lifetime, path: string) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, forTests(firstBlock(path, 'yaml'), backend.url))
  return { backend, gateway }
}
