import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newSigningKey, signJwt } from '@sallyport/tokens'

const day = 86_400

/** Who calls, by name: two doctors, one at the desk, one who counts cases. */
const callers = {
  adams: ['doctor'],
  brown: ['doctor'],
  clark: ['staff'],
  davis: ['statistics'],
} as const

/** Stands in for an identity provider: makes a key, publishes it as a JWK set, and signs a token for each caller that lives a day. */
export async function makeCredentials(folder: string, now: number): Promise<void> {
  const key = newSigningKey('ES256')
  await writeFile(
    join(folder, 'jwks.json'),
    JSON.stringify({ keys: [{ ...key.jwk, kid: key.kid, alg: key.alg, use: 'sig' }] }),
  )
  const iat = Math.floor(now / 1000)
  for (const [sub, roles] of Object.entries(callers)) {
    const claims = { iss: 'https://id.example.com', aud: 'hospital', sub, roles, iat, exp: iat + day }
    await writeFile(join(folder, sub), signJwt(claims, key), { mode: 0o600 })
  }
}
