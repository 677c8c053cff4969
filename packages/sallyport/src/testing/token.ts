import { randomBytes } from 'node:crypto'
import type { Json } from '@sallyport/core'
import { mintToken } from '@sallyport/gateway'
import type { UnderTest } from '@sallyport/testing'
import type { MagicKeys } from '@sallyport/tokens'

/** A magic token for a test (docs/magic-tokens.md). */
export interface TokenOptions {
  /** The API that it is for. */
  readonly api: string
  /** What its bearer may do: all that the API lets tokens do unless given. */
  readonly permit?: Json
  readonly allowed?: Json
  readonly rate?: Json
  readonly ip?: Json
  readonly time?: Json
  /** Seconds; 30 days unless given. */
  readonly life?: number
  /** Whether it can be narrowed. */
  readonly chain?: boolean
}

/** Tests send nothing: any credential will do. */
const credential = { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: 'a-credential-of-a-test' } as const

/** Makes a magic token of the gateway under test, at a time in milliseconds since the epoch. Rejects with what is wrong with it. */
export async function testToken(
  { api, life, chain = false, ...constraints }: TokenOptions,
  { setting: { snapshot } }: UnderTest,
  made: { readonly keys: MagicKeys; readonly now: number },
): Promise<string> {
  const order = { api, credential, chain, canary: false, ...(life !== undefined && { life }), ...constraints }
  const { token } = await mintToken(order, { snapshot, ...made, random: count => randomBytes(count) })
  return token.token
}
