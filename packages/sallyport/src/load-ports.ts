import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadPorts } from '@sallyport/config'
import type { Clock } from '@sallyport/core'
import { openFileVault, type Vault } from '@sallyport/vault'

const largest = 32 * 2 ** 20

/** A file of a size that can be held; devices and pipes are none. */
async function readBounded(path: string): Promise<string> {
  const found = await stat(path)
  if (!found.isFile()) throw new Error('not a file')
  if (found.size > largest) throw new Error(`larger than ${largest} bytes`)
  return readFile(path, 'utf8')
}

/** The vault under the data folder. */
export function openVault(data: string, clock: Clock): Promise<Vault> {
  const key = { file: join(data, 'vault.key') }
  return openFileVault({ path: join(data, 'secrets.json'), key, clock, randomBytes })
}

/** What reading a configuration asks of this machine. */
export function loadPorts(env: Readonly<Record<string, string>>, vault: Vault, jwks: object): LoadPorts {
  return { env, jwks, readFile: readBounded, secret: name => vault.get(name) }
}
