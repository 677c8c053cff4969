import { openVault as openVaultIn } from '@sallyport/config'
import type { Vault } from '@sallyport/vault'
import { dataFolder } from '../data-folder.ts'
import { Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'

/** The vault under the data folder: the same that the gateway opens. */
export function openVault(data: string | undefined, { clock, random, cwd }: Ports): Promise<Vault> {
  return openVaultIn(dataFolder(data, { cwd }).path, clock, random)
}

export function onlySecretName(positionals: readonly string[]): string {
  const [name, ...others] = positionals
  if (name === undefined || others.length > 0) throw new Misuse('needs one NAME; the value is read from standard input')
  return name
}
