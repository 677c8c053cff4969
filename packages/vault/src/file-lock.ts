import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { VaultError } from './vault-error.ts'

const pauseMs = 25
/** Pauses through which one and the same lock stands before its owner counts as gone: ten seconds, where writing takes milliseconds. */
const patience = 400
/** Pauses after which even a lock that keeps changing hands is given up on. */
const limit = 4000

const fileCode = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

async function take(lock: string): Promise<FileHandle | undefined> {
  try {
    return await open(lock, 'wx', 0o600)
  } catch (error) {
    if (fileCode(error) === 'EEXIST') return undefined
    throw error
  }
}

/** Tells one lock file from another of the same name; undefined where there is none. */
async function identify(lock: string): Promise<string | undefined> {
  try {
    const { ino, ctimeNs } = await stat(lock, { bigint: true })
    return `${ino} ${ctimeNs}`
  } catch (error) {
    if (fileCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Throws unless the lock is still ours: a process that slept for longer than others have patience may have lost it. */
async function checkHeld(lock: string, handle: FileHandle): Promise<void> {
  const ours = await handle.stat({ bigint: true })
  const theirs = await stat(lock, { bigint: true }).catch(() => undefined)
  if (theirs?.ino !== ours.ino) throw new VaultError('busy', `another process took over ${lock}; nothing was written`)
}

/** Moves a lock away whose owner is gone. Two that do so at once may move a live one: its owner then finds that it isn't held. */
async function breakLock(lock: string): Promise<void> {
  const moved = `${lock}.${process.pid}`
  try {
    await rename(lock, moved)
  } catch (error) {
    if (fileCode(error) !== 'ENOENT') throw error
  }
  await rm(moved, { force: true })
}

async function waitFor(lock: string, pause: () => Promise<unknown>): Promise<FileHandle> {
  let seen: string | undefined
  let times = 0
  for (let i = 0; i < limit; i++) {
    const handle = await take(lock)
    if (handle !== undefined) return handle
    const standing = await identify(lock)
    times = standing === seen ? times + 1 : 0
    seen = standing
    if (times < patience) await pause()
    else await breakLock(lock)
  }
  throw new VaultError('busy', `${lock} is held by other processes without an end; try again later`)
}

/**
 * Runs `work` while no other process does so under the same lock file. `work` is given a check to be made right before
 * the one step that can't be undone. A lock that a crash left is broken after `patience` pauses.
 */
export async function withLock<T>(
  lock: string,
  work: (checkHeld: () => Promise<void>) => Promise<T>,
  pause: () => Promise<unknown> = () => setTimeout(pauseMs),
): Promise<T> {
  const handle = await waitFor(lock, pause)
  try {
    return await work(() => checkHeld(lock, handle))
  } finally {
    const held = await checkHeld(lock, handle).then(
      () => true,
      () => false,
    )
    if (held) await rm(lock, { force: true })
    await handle.close()
  }
}
