import { type Json, readJsonBytes } from '@sallyport/core'
import { type RandomBytes, seal, unseal } from '../envelope.ts'
import type { VaultKey } from '../key-source.ts'

export interface SealedVersion {
  readonly version: number
  readonly createdAt: number
  readonly sealed: string
}

/** One secret. `last` outlives its versions, so that a number that was given once never means another value. */
export interface SealedSecret {
  readonly name: string
  readonly last: number
  /** Oldest first. */
  readonly versions: readonly SealedVersion[]
}

/** A secrets file. `seal` binds all of it together, so that no entry can be taken out, put back or renamed. */
interface SecretsFile {
  readonly vault: 1
  /** The name of the key that sealed all of it. */
  readonly key: string
  readonly secrets: readonly SealedSecret[]
  readonly seal: string
}

type Members = { [member: string]: Json }

const isMembers = (value: Json): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const isWhole = (value: Json | undefined): value is number => Number.isSafeInteger(value)

function readVersion(entry: Json): SealedVersion[] {
  if (!isMembers(entry)) return []
  const { version, createdAt, sealed } = entry
  return isWhole(version) && isWhole(createdAt) && typeof sealed === 'string' ? [{ version, createdAt, sealed }] : []
}

function readSecret(entry: Json): SealedSecret[] {
  if (!isMembers(entry) || !Array.isArray(entry.versions)) return []
  const versions = entry.versions.flatMap(readVersion)
  const { name, last } = entry
  return typeof name === 'string' && isWhole(last) && versions.length === entry.versions.length
    ? [{ name, last, versions }]
    : []
}

/** The file as it claims to be; undefined where it has another shape. What it says holds once `isGenuine` has said so. */
export function readSecretsFile(bytes: Uint8Array): SecretsFile | undefined {
  try {
    const file = readJsonBytes(bytes)
    if (!isMembers(file) || file.vault !== 1 || !Array.isArray(file.secrets)) return undefined
    const secrets = file.secrets.flatMap(readSecret)
    if (typeof file.key !== 'string' || typeof file.seal !== 'string') return undefined
    return secrets.length === file.secrets.length ? { vault: 1, key: file.key, secrets, seal: file.seal } : undefined
  } catch {
    return undefined
  }
}

/** What the seal is over. It begins with `{`, which no name does, so it is never taken for the context of a secret. */
const sealedPart = (key: string, secrets: readonly SealedSecret[]) => JSON.stringify({ vault: 1, key, secrets })

export function isGenuine({ key, secrets, seal }: SecretsFile, vaultKey: VaultKey): boolean {
  return unseal(vaultKey.key, seal, sealedPart(key, secrets)) === ''
}

export function writeSecretsFile(
  { ref, key }: VaultKey,
  secrets: readonly SealedSecret[],
  random: RandomBytes,
): string {
  const file: SecretsFile = { vault: 1, key: ref, secrets, seal: seal(key, '', sealedPart(ref, secrets), random) }
  return `${JSON.stringify(file, null, 2)}\n`
}
