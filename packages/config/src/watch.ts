import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'

/** What a file system says of a file without its content being read; any change of it makes the content be looked at. */
export type ReadSignature = (path: string) => Promise<string>

export interface ContentWatchOptions {
  /** The files to watch, asked at every look, since a new configuration may name others. Missing ones count too. */
  paths(): readonly string[]
  /** Called with the paths whose content is another one, and settled. Awaited before the next look. */
  onChange(changed: readonly string[]): void | Promise<void>
  /** Told what `onChange` threw; watching goes on. */
  onError?(error: unknown): void
  readonly readSignature?: ReadSignature
}

/** Tells when the content of files is another one; each look is a `poll()`. */
export interface ContentWatch {
  /** The content that was acted on, so that a change between reading and watching isn't missed; undefined: no file. */
  saw(path: string, content: Uint8Array | undefined): void
  /** Looks once. True where a change was seen that has to hold until the next look before it counts. */
  poll(): Promise<boolean>
  /** Nothing is told any more. */
  close(): void
}

interface Watched {
  /** As of the last look; undefined where the content must be read at the next one whatever it is. */
  signature: string | undefined
  /** Digest of what was last told, or acted on. */
  known: string | undefined
  /** Digest of a change that one look has seen. */
  unsettled: string | undefined
}

/**
 * Watches by content: a file that is renamed over, reached through another symbolic link (its own or a folder's, as
 * Kubernetes swaps them), written in place, removed or made again counts once what it holds differs, and has stayed the
 * same for two looks, so that half-written files don't count. Times alone never count.
 */
export function createContentWatch(options: ContentWatchOptions): ContentWatch {
  const { readSignature = signatureOf } = options
  const watched = new Map<string, Watched>()
  let closed = false
  let looking: Promise<boolean> | undefined

  async function look(): Promise<boolean> {
    const paths = new Set(options.paths())
    for (const path of watched.keys()) if (!paths.has(path)) watched.delete(path)
    const changed: string[] = []
    for (const path of paths) if (await hasChanged(path)) changed.push(path)
    if (changed.length > 0 && !closed) await tell(changed)
    return [...watched.values()].some(({ unsettled }) => unsettled !== undefined)
  }

  async function hasChanged(path: string): Promise<boolean> {
    const file = watched.get(path) ?? { signature: undefined, known: undefined, unsettled: undefined }
    watched.set(path, file)
    const signature = await readSignature(path)
    // A settling file is read again even if its signature stands: two writes within one tick of the clock share it.
    if (signature === file.signature && file.unsettled === undefined) return false
    const digest = await digestOf(path)
    const settled = digest === file.unsettled
    file.signature = signature
    file.known ??= digest
    file.unsettled = digest === file.known || settled ? undefined : digest
    if (digest === file.known || !settled) return false
    file.known = digest
    return true
  }

  async function tell(changed: readonly string[]): Promise<void> {
    try {
      await options.onChange(changed)
    } catch (error) {
      options.onError?.(error)
    }
  }

  return {
    saw(path, content) {
      watched.set(path, { signature: undefined, known: digest(content), unsettled: undefined })
    },
    poll() {
      if (closed) return Promise.resolve(false)
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
    close() {
      closed = true
    },
  }
}

export interface WatchOptions extends ContentWatchOptions {
  /** Milliseconds from one look to the next. */
  readonly intervalMs?: number
  /** Milliseconds after which a change must still be there to count. */
  readonly settleMs?: number
}

/** A content watch that looks by itself: with the default intervals a change is told within half a second. */
export function watchFiles({ intervalMs = 300, settleMs = 100, ...options }: WatchOptions): ContentWatch {
  const watch = createContentWatch(options)
  let timer = setTimeout(lookAgain, intervalMs)
  let closed = false
  timer.unref()

  async function lookAgain(): Promise<void> {
    const unsettled = await watch.poll().catch(error => {
      options.onError?.(error)
      return false
    })
    if (closed) return
    timer = setTimeout(lookAgain, unsettled ? settleMs : intervalMs)
    timer.unref()
  }

  return {
    ...watch,
    close() {
      closed = true
      clearTimeout(timer)
      watch.close()
    },
  }
}

/** Follows symbolic links; ctime changes with every write and can't be set back. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(':')
  } catch (error) {
    return failure(error)
  }
}

async function digestOf(path: string): Promise<string> {
  try {
    // Reading a pipe or a device would wait for ever.
    return (await stat(path)).isFile() ? digest(await readFile(path)) : 'not a file'
  } catch (error) {
    return failure(error)
  }
}

function digest(content: Uint8Array | undefined): string {
  return content === undefined ? missing : createHash('sha256').update(content).digest('base64')
}

const missing = 'missing'

/** A file that can't be reached for any other reason isn't taken for a missing one. */
function failure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return code === 'ENOENT' || code === 'ENOTDIR' ? missing : code
}
