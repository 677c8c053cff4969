import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { GatewayPorts } from '@sallyport/gateway'
import { createMagicVerifier, type MagicKeys, newMagicKeys, readMagicKeys, writeMagicKeys } from '@sallyport/tokens'
import { createPrivate, readPrivate } from './data-folder.ts'
import { openRevocations, type Revocations } from './revocations.ts'

/** What magic tokens need that outlives the process: keys and revocations, under the data folder. */
export interface MagicState {
  readonly ports: GatewayPorts['magicTokens']
  readonly revocations: Revocations
  /** The keys as they are now; the newest make tokens. */
  keys(): MagicKeys
  /** Takes up what others have changed. */
  look(): Promise<void>
}

const keysName = 'magic-keys.json'
const revocationsName = 'revocations.jsonl'

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
  await createPrivate(join(folder, revocationsName), '').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await createPrivate(path, writeMagicKeys(made))
  return made
}

export async function openMagicState(folder: string, failed: (error: unknown) => void): Promise<MagicState> {
  let keys = await openKeys(folder)
  let text = writeMagicKeys(keys)
  const revocations = await openRevocations(join(folder, revocationsName), failed)
  const verifier = createMagicVerifier({ keys, randomKey: randomBytes(32) })

  /** Keys that can't be read leave those that are in use: they are no worse than a moment ago. */
  async function lookAtKeys(): Promise<void> {
    const read = readMagicKeys((await readPrivate(join(folder, keysName))) ?? '')
    const written = writeMagicKeys(read)
    if (written === text) return
    text = written
    keys = read
    verifier.replaceKeys(read)
  }

  return {
    ports: { verify: token => verifier.verify(token), isRevoked: id => revocations.has(id) },
    revocations,
    keys: () => keys,
    async look() {
      await revocations.look()
      await lookAtKeys().catch(failed)
    },
  }
}
