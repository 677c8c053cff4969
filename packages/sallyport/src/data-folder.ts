import { createPrivateKey } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newSigningKey, type SigningKey, signingKey } from '@sallyport/tokens'

const alg = 'ES256'

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file that must not be there yet, readable by its owner alone. */
async function createPrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the folder for state, for its owner alone. */
export async function openDataFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

/** The key that signs what backends are told of callers: made at first start, kept under the data folder. */
export async function callerKey(folder: string): Promise<SigningKey> {
  const path = join(folder, 'caller.key')
  const kept = await readIfThere(path)
  if (kept !== undefined) return signingKey(createPrivateKey(kept), alg)
  const made = newSigningKey(alg)
  await createPrivate(path, String(made.key.export({ type: 'pkcs8', format: 'pem' })))
  return made
}

/** The public part of a signing key as a JSON Web Key Set (RFC 7517). */
export const publicKeys = (key: SigningKey) => ({ keys: [{ ...key.jwk, kid: key.kid, alg: key.alg, use: 'sig' }] })
