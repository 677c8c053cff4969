import { createPrivateKey, type KeyObject } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { newSigningKey, type SigningKey, signingKey } from '@sallyport/tokens'

const alg = 'ES256'

/** A file that only its owner may read, where there is one. */
export async function readPrivate(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const { mode } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${path} can be read by others: delete it, and a new key is made at the next start`)
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function readKey(path: string, text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw new Error(`${path} holds no key: delete it, and one is made at the next start`)
  }
}

/** Writes a file that must not be there yet, readable by its owner alone. */
export async function createPrivate(path: string, text: string): Promise<void> {
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
  const kept = await readPrivate(path)
  if (kept !== undefined) return signingKey(readKey(path, kept), alg)
  const made = newSigningKey(alg)
  await createPrivate(path, String(made.key.export({ type: 'pkcs8', format: 'pem' })))
  return made
}

/** The public parts of signing keys as a JSON Web Key Set (RFC 7517). */
export const publicKeys = (...keys: readonly SigningKey[]) => ({
  keys: keys.map(key => ({ ...key.jwk, kid: key.kid, alg: key.alg, use: 'sig' })),
})
