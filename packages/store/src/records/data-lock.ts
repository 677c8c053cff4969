import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5

/**
 * SQLite would make the file readable for others. One that is there isn't opened beside SQLite: to close it would let go of the lock,
 * which is the process's (fcntl, POSIX).
 */
function makeOnce(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

/**
 * Takes a data folder for one gateway or application alone, until what comes back is called or the process ends, however it does: SQLite has the
 * system keep the lock, so that a crash leaves none behind. Throws where another has it.
 */
export function lockDataFolder(folder: string): () => void {
  const path = join(folder, 'gateway.lock')
  makeOnce(path)
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy)
      throw new Error(`${folder} is in use: another gateway or application keeps its data there`)
    throw error
  }
  return () => database.close()
}
