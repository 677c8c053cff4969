import { createSecretKey, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import type { RandomBytes } from './envelope.ts'
import type { KeySource, VaultKey } from './key-source.ts'
import { VaultError } from './vault-error.ts'

/** scrypt (RFC 7914) with these costs, by the name that stands in a key's name; 128 MiB and some tenths of a second. */
const derivations: Readonly<Record<string, ScryptOptions>> = {
  'scrypt-17-8-1': { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 },
}
const newestDerivation = 'scrypt-17-8-1'
const keyLength = 32
const checkLength = 16
const saltLength = 16
const shortest = 8

function derive(passphrase: string, salt: Uint8Array, costs: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, keyLength + checkLength, costs, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  })
}

/** Keys derived from a passphrase. A key's name is `derivation:salt:check`; the check tells a wrong passphrase from an altered file. */
export class PassphraseKeys implements KeySource {
  readonly #passphrase: Secret
  readonly #randomBytes: RandomBytes
  /** Deriving is slow on purpose, so it is done once a name. */
  readonly #found = new Map<string, VaultKey>()

  constructor(passphrase: Secret, randomBytes: RandomBytes) {
    if (passphrase.reveal().length < shortest) {
      throw new VaultError('key-weak', `a vault's passphrase has at least ${shortest} characters`)
    }
    this.#passphrase = passphrase
    this.#randomBytes = randomBytes
  }

  async find(ref: string): Promise<VaultKey> {
    const found = this.#found.get(ref)
    if (found !== undefined) return found
    const [derivation = '', salt = ''] = ref.split(':')
    if (!Object.hasOwn(derivations, derivation)) {
      throw new VaultError('key-wrong', 'the vault is sealed with a key that does not come from a passphrase')
    }
    const made = await this.#derive(derivation, Buffer.from(salt, 'base64url'))
    const [expected, given] = [Buffer.from(made.ref), Buffer.from(ref)]
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
      throw new VaultError(
        'key-wrong',
        'the passphrase is not the one that the vault was sealed with (or the name of its key was altered)',
      )
    }
    this.#found.set(ref, made)
    return made
  }

  async newest(current: string | undefined): Promise<VaultKey> {
    return current === undefined ? this.next() : this.find(current)
  }

  async next(): Promise<VaultKey> {
    const made = await this.#derive(newestDerivation, this.#randomBytes(saltLength))
    this.#found.set(made.ref, made)
    return made
  }

  async #derive(derivation: string, salt: Uint8Array): Promise<VaultKey> {
    // Keyboards compose accented letters differently; RFC 8265 section 4.2.2 makes them one.
    const bytes = await derive(this.#passphrase.reveal().normalize('NFC'), salt, derivations[derivation] ?? {})
    const check = bytes.subarray(keyLength).toString('base64url')
    return {
      ref: `${derivation}:${Buffer.from(salt).toString('base64url')}:${check}`,
      key: createSecretKey(bytes.subarray(0, keyLength)),
    }
  }
}
