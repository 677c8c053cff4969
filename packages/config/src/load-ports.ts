import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock, PublicJwks } from '@sallyport/core'
import { openFileVault, type RandomBytes, type Vault } from '@sallyport/vault'
import type { LoadPorts } from './load.ts'
import { askForDocument } from './openapi/ask.ts'

/** Bytes that a text and a database may have. */
const most = { text: 32 * 2 ** 20, database: 256 * 2 ** 20 }

/** Rejects for what is no file of a size that can be held: devices and pipes are none. */
async function requireFile(path: string, largest: number): Promise<void> {
  const found = await stat(path)
  if (!found.isFile()) throw new Error('not a file')
  if (found.size > largest) throw new Error(`larger than ${largest} bytes`)
}

async function readBounded(path: string): Promise<string> {
  await requireFile(path, most.text)
  return readFile(path, 'utf8')
}

async function readBytes(path: string): Promise<Uint8Array> {
  await requireFile(path, most.database)
  return readFile(path)
}

/** Node keeps what it has read of a URL: another version is another URL. */
function importVersion(path: string, version: string): Promise<unknown> {
  const url = pathToFileURL(path)
  url.search = `v=${version}`
  return import(url.href)
}

/** The vault under a data folder. */
export function openVault(data: string, clock: Clock, randomBytes: RandomBytes): Promise<Vault> {
  const key = { file: join(data, 'vault.key') }
  return openFileVault({ path: join(data, 'secrets.json'), key, clock, randomBytes })
}

/** What reading a configuration asks of this machine. `jwks` are the gateway's public keys. */
export function loadPorts(
  env: Readonly<Record<string, string | undefined>>,
  vault: Vault,
  jwks: PublicJwks,
): LoadPorts {
  const set = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  return {
    ...{ env: set, jwks, readFile: readBounded, readBytes, importModule: importVersion },
    askForDocument: url => askForDocument(url),
    secret: name => vault.get(name),
  }
}
