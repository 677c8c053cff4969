import { hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createPrivate, readPrivate } from './data-folder.ts'

const bytes = 32

async function secretIn(folder: string): Promise<Buffer> {
  const path = join(folder, 'gateway.secret')
  const kept = await readPrivate(path)
  if (kept === undefined) {
    const made = randomBytes(bytes)
    await createPrivate(path, `${made.toString('base64url')}\n`)
    return made
  }
  const secret = Buffer.from(kept.trim(), 'base64url')
  if (secret.length !== bytes) throw new Error(`${path} holds no secret: delete it, and one is made at the next start`)
  return secret
}

/**
 * Keys by purpose, all of one secret (HKDF, RFC 5869) that is made at first start and kept under the data folder. Gateways that are to
 * take each other's tokens have the same one.
 */
export async function keysFromSecret(folder: string): Promise<(purpose: string) => Uint8Array> {
  const secret = await secretIn(folder)
  return purpose => new Uint8Array(hkdfSync('sha256', secret, '', `sallyport ${purpose}`, bytes))
}
