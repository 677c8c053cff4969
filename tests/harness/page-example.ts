import { blocksOf, pageAt } from '../house/markdown.ts'
import { startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'

/** The example of a page, before a backend of the test's. */
export async function startExample(t: Lifetime, path: string) {
  const backend = await startBackend(t)
  const example = blocksOf(pageAt(path)).find(({ language }) => language === 'yaml')?.text ?? ''
  const gateway = await startGateway(
    t,
    example.replace('http: 8080', 'http: 0').replace('http://127.0.0.1:9001', backend.url),
  )
  return { backend, gateway }
}
