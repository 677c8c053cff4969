import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GatewayPorts } from '@sallyport/gateway'
import {
  BadToken,
  createMagicVerifier,
  type MagicKeys,
  newMagicKeys,
  partsMax,
  readMagicKeys,
  replayMemory,
  warmUpPatterns,
  writeMagicKeys,
} from '@sallyport/tokens'
import { createPrivate, readPrivate } from './data-folder.ts'
import { type IdList, openIdList } from './id-list.ts'

/** What magic tokens need that outlives the process: keys, revocations and canaries, under the data folder. */
export interface MagicState {
  readonly ports: GatewayPorts['magicTokens']
  /** Which aren't good any more. */
  readonly revocations: IdList
  /** Which nobody may use, by jti. */
  readonly canaries: IdList
  /** The file of keys, and what it held when this was opened. */
  readonly file: { readonly path: string; readonly text: string }
  /** The keys as they are now; the newest make tokens. */
  keys(): MagicKeys
  /** Writes other keys, and takes them up. */
  change(to: (keys: MagicKeys) => MagicKeys): Promise<MagicKeys>
  /** Takes up what others have changed. */
  look(): Promise<void>
  /** Nothing is told any more. */
  close(): void
}

export const keysName = 'magic-keys.json'
/** Proofs of the last two minutes: some 15 MB. Who has a bound token could fill it; then bound tokens are refused for a while. */
const proofsMax = 100_000
const [revocationsName, canariesName] = ['revocations.jsonl', 'canaries.jsonl'] as const

/** An empty list, unless there is one. */
const createList = (path: string) =>
  createPrivate(path, '').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })

/**
 * Keys are made at first start, with an empty list of revocations. A list that is missing beside keys was taken away: then no
 * token is good.
 */
async function openKeys(folder: string): Promise<MagicKeys> {
  const path = join(folder, keysName)
  const kept = await readPrivate(path)
  if (kept !== undefined) return readMagicKeys(kept)
  const made = newMagicKeys()
  // The list first: a crash in between leaves no keys without it.
  await createList(join(folder, revocationsName))
  await createPrivate(path, writeMagicKeys(made))
  return made
}

/** A whole new file in the place of the old one: a crash leaves the one or the other. */
async function replaceKeys(path: string, keys: MagicKeys): Promise<void> {
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  await createPrivate(temporary, writeMagicKeys(keys))
  await rename(temporary, path)
}

function passOver(error: unknown): readonly string[] {
  if (error instanceof BadToken) return []
  throw error
}

export async function openMagicState(folder: string, failed: (error: unknown) => void): Promise<MagicState> {
  let closed = false
  const told = (error: unknown) => {
    if (!closed) failed(error)
  }
  let keys = await openKeys(folder)
  let text = writeMagicKeys(keys)
  const revocations = await openIdList(join(folder, revocationsName), told)
  // A list that was taken away warns of nothing, but what a canary carries opens nothing either.
  await createList(join(folder, canariesName))
  const canaries = await openIdList(join(folder, canariesName), told)
  let lastChange: Promise<unknown> = Promise.resolve()
  const proofs = replayMemory(proofsMax)
  warmUpPatterns()
  const verifier = createMagicVerifier({ keys, randomKey: randomBytes(32) })

  /** A token that isn't genuine names nothing to be ended: anybody could fill the disk with such. */
  async function revoke(token: string, now: number): Promise<void> {
    const ids = await Promise.resolve(token)
      .then(text => verifier.verify(text, partsMax))
      .then(({ ids }) => ids, passOver)
    const id = ids.at(-1)
    if (id !== undefined && !revocations.has(id)) await revocations.add(id, now)
  }

  let fault: string | undefined

  /** Told once, however often it is met. */
  function failedToLook(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (reason !== fault) told(error)
    fault = reason
  }

  /** Keys that can't be read leave those that are in use: they are no worse than a moment ago. */
  async function lookAtKeys(): Promise<void> {
    const read = readMagicKeys((await readPrivate(join(folder, keysName))) ?? '')
    fault = undefined
    const written = writeMagicKeys(read)
    if (written === text) return
    text = written
    keys = read
    verifier.replaceKeys(read)
  }

  return {
    file: { path: join(folder, keysName), text },
    ports: {
      verify: (token, most) => verifier.verify(token, most),
      isRevoked: id => revocations.has(id),
      isCanary: jti => canaries.has(jti),
      revoke,
      isFirstUse: (proof, until, now) => proofs.isFirst(proof, until, now),
    },
    revocations,
    canaries,
    keys: () => keys,
    change(to) {
      const written = lastChange.then(async () => {
        await replaceKeys(join(folder, keysName), to(keys))
        await lookAtKeys()
        return keys
      })
      lastChange = written.catch(() => undefined)
      return written
    },
    close() {
      closed = true
    },
    async look() {
      await Promise.all([revocations.look(), canaries.look()])
      await lookAtKeys().catch(failedToLook)
    },
  }
}
