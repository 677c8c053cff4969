import type { TestContext } from 'node:test'
import { BadConfiguration } from 'sallyport'
import { type GatewayOptions, startGateway } from './gateway.ts'

/** What a gateway that must not start says of its configuration. Throws where it starts. */
export async function mistakesOf(
  t: Pick<TestContext, 'after'>,
  yaml: string,
  options: GatewayOptions = {},
): Promise<readonly string[]> {
  try {
    await startGateway(t, yaml, options)
  } catch (error) {
    if (error instanceof BadConfiguration) return error.mistakes.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  throw new Error('the gateway started')
}
