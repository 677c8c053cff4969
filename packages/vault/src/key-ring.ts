import { createSecretKey, hash } from 'node:crypto'
import { type Json, readJsonBytes } from '@sallyport/core'
import type { RandomBytes } from './envelope.ts'
import { withLock } from './file-lock.ts'
import type { KeySource, VaultKey } from './key-source.ts'
import { makePrivateFolder, readPrivateFile, replacePrivateFile } from './private-file.ts'
import { VaultError } from './vault-error.ts'

const keyLength = 32
const largest = 2 ** 20

/** A key is named by its digest, so that a key that lost a bit is known before anything is sealed with it. */
function named(bytes: Uint8Array): VaultKey {
  return { ref: `ring:${hash('sha256', bytes, 'hex').slice(0, 16)}`, key: createSecretKey(bytes) }
}

function readKey(entry: Json): VaultKey | undefined {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry) || typeof entry.key !== 'string')
    return undefined
  const bytes = Buffer.from(entry.key, 'base64url')
  const key = named(bytes)
  return bytes.length === keyLength && key.ref === entry.id ? key : undefined
}

/** The keys of a ring file, oldest first; undefined where it isn't one. */
function readRing(bytes: Uint8Array): VaultKey[] | undefined {
  try {
    const ring = readJsonBytes(bytes)
    if (ring === null || typeof ring !== 'object' || Array.isArray(ring)) return undefined
    if (ring.vaultKeys !== 1 || !Array.isArray(ring.keys)) return undefined
    const keys = ring.keys.map(readKey).filter(key => key !== undefined)
    return keys.length > 0 && keys.length === ring.keys.length ? keys : undefined
  } catch {
    // Why it can't be read might quote a key.
    return undefined
  }
}

function writeRing(keys: readonly VaultKey[]): string {
  const entries = keys.map(({ ref, key }) => ({ id: ref, key: key.export().toString('base64url') }))
  return `${JSON.stringify({ vaultKeys: 1, keys: entries }, null, 2)}\n`
}

/** Keys in a file that its owner alone may read. The last one seals; the earlier ones still open what they sealed. */
export class KeyRing implements KeySource {
  readonly #path: string
  readonly #randomBytes: RandomBytes

  constructor(path: string, randomBytes: RandomBytes) {
    this.#path = path
    this.#randomBytes = randomBytes
  }

  async find(ref: string): Promise<VaultKey> {
    const keys = await this.#read()
    if (keys.length === 0) {
      throw new VaultError(
        'key-missing',
        `the secrets are sealed with a key from ${this.#path}, which is not there: put it back`,
      )
    }
    const found = keys.find(key => key.ref === ref)
    if (found === undefined) {
      throw new VaultError('key-wrong', `${this.#path} does not hold the key that the secrets are sealed with`)
    }
    return found
  }

  async newest(): Promise<VaultKey> {
    return (await this.#read()).at(-1) ?? this.#add(keys => keys.at(-1))
  }

  async next(): Promise<VaultKey> {
    return this.#add(() => undefined)
  }

  async #read(): Promise<VaultKey[]> {
    const file = await readPrivateFile(this.#path, largest)
    if (file === undefined) return []
    if (file.exposed) {
      throw new VaultError(
        'key-exposed',
        `${this.#path} can be read by others: make it yours alone (chmod 600), then rotate`,
      )
    }
    const keys = readRing(file.bytes)
    if (keys === undefined) {
      throw new VaultError('altered', `${this.#path} is not the key file that was written: restore it from a backup`)
    }
    return keys
  }

  /** Adds a key, unless another process has brought the one that is `enough`. */
  async #add(enough: (keys: readonly VaultKey[]) => VaultKey | undefined): Promise<VaultKey> {
    await makePrivateFolder(this.#path)
    return withLock(`${this.#path}.lock`, async checkHeld => {
      const keys = await this.#read()
      const found = enough(keys)
      if (found !== undefined) return found
      const made = named(this.#randomBytes(keyLength))
      await replacePrivateFile(this.#path, writeRing([...keys, made]), largest, checkHeld)
      return made
    })
  }
}
