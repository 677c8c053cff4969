import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { VaultError } from './vault-error.ts'

const readable = constants.O_RDONLY
// A pipe in the file's place would hold the reader up for ever.
const withoutWaiting = constants.O_NONBLOCK ?? 0

export interface PrivateFile {
  readonly bytes: Uint8Array
  /** Whether others than its owner may read or change it; false where the system doesn't tell. */
  readonly exposed: boolean
}

async function fill(buffer: Buffer, file: FileHandle): Promise<number> {
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) return length
    length += bytesRead
  }
}

/** A regular file of at most `limit` bytes; undefined where there is none. Throws VaultError `too-large` or `altered`. */
export async function readPrivateFile(path: string, limit: number): Promise<PrivateFile | undefined> {
  const file = await open(path, readable | withoutWaiting).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new VaultError('altered', `${path} is not a regular file`)
    // One byte more than allowed tells a file that has grown since.
    const buffer = Buffer.alloc(Math.min(found.size, limit) + 1)
    const length = await fill(buffer, file)
    if (length > limit) throw new VaultError('too-large', `${path} is larger than ${limit} bytes`)
    const exposed = process.platform !== 'win32' && (found.mode & 0o077) !== 0
    return { bytes: buffer.subarray(0, length), exposed }
  } finally {
    await file.close()
  }
}

export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
}

/** The rename itself is kept by its folder, which some systems can't open. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), readable)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Puts a whole new file in the place of the old one, readable by its owner alone. A crash leaves the one or the other.
 * The caller holds a lock, which `checkHeld` makes sure of once more before the old file goes. Throws VaultError `too-large`.
 */
export async function replacePrivateFile(
  path: string,
  text: string,
  limit: number,
  checkHeld: () => Promise<void>,
): Promise<void> {
  if (Buffer.byteLength(text) > limit) throw new VaultError('too-large', `${path} would be larger than ${limit} bytes`)
  const temporary = `${path}.${process.pid}.tmp`
  await rm(temporary, { force: true })
  try {
    await writeWhole(temporary, text)
    await checkHeld()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(path)
}
