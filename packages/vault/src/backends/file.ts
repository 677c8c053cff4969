import { type Clock, Secret } from '@sallyport/core'
import { type RandomBytes, seal, unseal } from '../envelope.ts'
import { withLock } from '../file-lock.ts'
import { KeyRing } from '../key-ring.ts'
import type { KeySource, VaultKey } from '../key-source.ts'
import { PassphraseKeys } from '../passphrase.ts'
import { makePrivateFolder, readPrivateFile, replacePrivateFile } from '../private-file.ts'
import { checkSecretName } from '../secret-name.ts'
import type { SecretListing, Vault } from '../vault.ts'
import { VaultError } from '../vault-error.ts'
import { isGenuine, readSecretsFile, type SealedSecret, type SealedVersion, writeSecretsFile } from './secrets-file.ts'

export interface FileVaultOptions {
  /** The secrets file; made, with its folder, when the first secret is stored. */
  readonly path: string
  /** A key ring's file, made when it is first needed, or a passphrase of at least 8 characters that keys are derived from. */
  readonly key: { readonly file: string } | { readonly passphrase: Secret }
  readonly clock: Pick<Clock, 'now'>
  readonly randomBytes: RandomBytes
}

interface Contents {
  readonly key: VaultKey
  readonly secrets: readonly SealedSecret[]
}

/** Gives the secrets as they shall stand, sealed with the key. */
type Change<T> = (secrets: readonly SealedSecret[], key: VaultKey) => { secrets: readonly SealedSecret[]; result: T }
type KeyFor = (contents: Contents | undefined) => Promise<VaultKey>

const largest = 2 ** 24

/** Binds a sealed value to its place, so that none can be passed off as another. */
const contextOf = (name: string, version: number) => `${name}@${version}`

class FileVault implements Vault {
  readonly #path: string
  readonly #keys: KeySource
  readonly #clock: Pick<Clock, 'now'>
  readonly #randomBytes: RandomBytes
  /** Writes of this process wait for each other here; the lock file is for those of others. */
  #lastWrite: Promise<unknown> = Promise.resolve()

  constructor({ path, key, clock, randomBytes }: FileVaultOptions) {
    this.#path = path
    this.#keys = 'file' in key ? new KeyRing(key.file, randomBytes) : new PassphraseKeys(key.passphrase, randomBytes)
    this.#clock = clock
    this.#randomBytes = randomBytes
  }

  async set(name: string, value: Secret): Promise<number> {
    checkSecretName(name)
    const text = value.reveal()
    if (!text.isWellFormed()) throw new VaultError('value-invalid', 'the value is not Unicode text')
    return this.#write((secrets, { key }) => {
      const earlier = secrets.find(secret => secret.name === name)
      const version = (earlier?.last ?? 0) + 1
      const sealed = seal(key, text, contextOf(name, version), this.#randomBytes)
      const versions = [...(earlier?.versions ?? []), { version, createdAt: Math.trunc(this.#clock.now()), sealed }]
      const others = secrets.filter(secret => secret !== earlier)
      return { secrets: [...others, { name, last: version, versions }], result: version }
    })
  }

  async get(name: string, version?: number): Promise<Secret | undefined> {
    checkSecretName(name)
    const contents = await this.read()
    const versions = contents?.secrets.find(secret => secret.name === name)?.versions
    const found = version === undefined ? versions?.at(-1) : versions?.find(one => one.version === version)
    if (contents === undefined || found === undefined) return undefined
    return new Secret(this.#open(contents.key, name, found))
  }

  async list(): Promise<readonly SecretListing[]> {
    const contents = await this.read()
    return (contents?.secrets ?? [])
      .flatMap(({ name, versions }) => {
        const [oldest] = versions
        if (oldest === undefined) return []
        return [{ name, versions: versions.map(({ version }) => version), createdAt: oldest.createdAt }]
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async delete(name: string): Promise<boolean> {
    if ((await this.get(name)) === undefined) return false
    return this.#write(secrets => ({
      secrets: secrets.map(secret => (secret.name === name ? { ...secret, versions: [] } : secret)),
      result: true,
    }))
  }

  async rotate(): Promise<void> {
    return this.#write(
      secrets => ({ secrets, result: undefined }),
      () => this.#keys.next(),
    )
  }

  /** What is stored, once it is known to be what was written. Secrets come before keys: a rotation stores the key first. */
  async read(): Promise<Contents | undefined> {
    const stored = await readPrivateFile(this.#path, largest)
    if (stored === undefined) return undefined
    const file = readSecretsFile(stored.bytes)
    const key = file && (await this.#keys.find(file.key))
    if (file === undefined || key === undefined || !isGenuine(file, key)) throw this.#altered()
    return { key, secrets: file.secrets }
  }

  #write<T>(change: Change<T>, keyFor: KeyFor = contents => this.#keys.newest(contents?.key.ref)): Promise<T> {
    const written = this.#lastWrite.then(() => this.#writeLocked(change, keyFor))
    this.#lastWrite = written.catch(() => undefined)
    return written
  }

  async #writeLocked<T>(change: Change<T>, keyFor: KeyFor): Promise<T> {
    await makePrivateFolder(this.#path)
    return withLock(`${this.#path}.lock`, async checkHeld => {
      const contents = await this.read()
      const key = await keyFor(contents)
      const { secrets, result } = change(contents === undefined ? [] : this.#resealed(contents, key), key)
      await replacePrivateFile(this.#path, writeSecretsFile(key, secrets, this.#randomBytes), largest, checkHeld)
      return result
    })
  }

  #resealed({ key: old, secrets }: Contents, { ref, key }: VaultKey): readonly SealedSecret[] {
    if (ref === old.ref) return secrets
    return secrets.map(secret => ({
      ...secret,
      versions: secret.versions.map(one => {
        const context = contextOf(secret.name, one.version)
        return { ...one, sealed: seal(key, this.#open(old, secret.name, one), context, this.#randomBytes) }
      }),
    }))
  }

  #altered(): VaultError {
    return new VaultError('altered', `${this.#path} is not as it was written: restore it from a backup`)
  }

  #open({ key }: VaultKey, name: string, { version, sealed }: SealedVersion): string {
    const text = unseal(key, sealed, contextOf(name, version))
    if (text === undefined) throw this.#altered()
    return text
  }
}

/**
 * A vault in a file, for one machine or a shared folder. Several processes may use it at once. Opening reads and checks
 * what is there, so a wrong key or a damaged file is known before anything relies on it, and nothing is ever written over it.
 */
export async function openFileVault(options: FileVaultOptions): Promise<Vault> {
  const vault = new FileVault(options)
  await vault.read()
  return vault
}
