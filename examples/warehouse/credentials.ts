import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newSigningKey, signJwt } from '@sallyport/tokens'

const day = 86_400

/** The tokens of the example, as files: token_1 may list items, token_2 may order them too. */
const tokens = { token_1: 'list_items', token_2: 'list_items order_item' } as const

/** Stands in for an identity provider: makes a key, publishes it as a JWK set, and signs two tokens that live a day. */
export async function makeCredentials(folder: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const key = newSigningKey('ES256')
  await writeFile(
    join(folder, 'jwks.json'),
    JSON.stringify({ keys: [{ ...key.jwk, kid: key.kid, alg: key.alg, use: 'sig' }] }),
  )
  const iat = Math.floor(now / 1000)
  for (const [name, scope] of Object.entries(tokens)) {
    const claims = {
      iss: 'https://id.example.com',
      aud: 'warehouse',
      sub: name,
      azp: 'demo',
      scope,
      iat,
      exp: iat + day,
    }
    await writeFile(join(folder, name), signJwt(claims, key), { mode: 0o600 })
  }
}
