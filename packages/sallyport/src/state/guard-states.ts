import { type GuardState, JsonError, Registry, type StateChanges } from '@sallyport/core'
import { openStateFile, replaceStateFile, type StateFile } from './state-file.ts'
import { apply, type Change, type Kept, keptIn, lineOf, linesOf } from './state-lines.ts'

/** What all guards remember, in one file. */
export interface GuardStates {
  readonly stateOf: (rule: { readonly owner: string; readonly name: string }) => GuardState
  /** Waits for what is being written. */
  close(): Promise<void>
}

interface Waiting {
  readonly change: Change
  readonly settled: PromiseWithResolvers<void>
}

/** Writes changes in their order; those that come while one is written go together, so that they share a sync. */
class Writer {
  readonly #file: StateFile
  readonly #kept: Kept
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined

  constructor(file: StateFile, kept: Kept) {
    this.#file = file
    this.#kept = kept
  }

  write(change: Change): Promise<void> {
    const settled = Promise.withResolvers<void>()
    this.#waiting.push({ change, settled })
    this.#writing ??= this.#writeAll()
    return settled.promise
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting
      this.#waiting = []
      try {
        await this.#file.append(together.map(({ change }) => lineOf(change)).join(''))
        for (const { change } of together) apply(this.#kept, change)
        for (const { settled } of together) settled.resolve()
      } catch (error) {
        for (const { settled } of together) settled.reject(error)
      }
    }
    // In the same step as the last look at what waits: nothing may come in between and wait for ever.
    this.#writing = undefined
  }
}

class RuleState implements GuardState {
  readonly #rule: string
  readonly #kept: Kept
  readonly #writer: Writer
  readonly #held = new Set<string>()

  constructor(rule: string, kept: Kept, writer: Writer) {
    this.#rule = rule
    this.#kept = kept
    this.#writer = writer
  }

  get(key: string) {
    return this.#kept.get(this.#rule)?.get(key)
  }

  put(changes: StateChanges): Promise<void> {
    return this.#writer.write({ rule: this.#rule, changes })
  }

  hold(keys: readonly string[]): (() => void) | undefined {
    const held = this.#held
    if (keys.some(key => held.has(key))) return undefined
    for (const key of keys) held.add(key)
    let gone = false
    return () => {
      if (!gone) for (const key of keys) held.delete(key)
      gone = true
    }
  }
}

/** So many lines more than are needed are borne before the file is written anew. */
const spareLines = 1000

async function read(path: string): Promise<{ readonly file: StateFile; readonly kept: Kept }> {
  const file = await openStateFile(path)
  try {
    const { kept, lines } = keptIn(file.text)
    if (lines <= kept.size + spareLines) return { file, kept }
    await file.close()
    await replaceStateFile(path, linesOf(kept))
    return { file: await openStateFile(path), kept }
  } catch (error) {
    await file.close()
    if (!(error instanceof JsonError)) throw error
    throw new Error(`${path} can't be read, so nobody knows what guards must remember: ${error.message}`)
  }
}

/** Opens what guards remember. Rejects where the file can't be read: what it says must not be forgotten. */
export async function openGuardStates(path: string): Promise<GuardStates> {
  const { file, kept } = await read(path)
  const writer = new Writer(file, kept)
  const states = new Registry<GuardState>()
  return {
    stateOf({ owner, name }) {
      const rule = `${owner} ${name}`
      return states.get(rule, () => new RuleState(rule, kept, writer))
    },
    close: () => writer.close(),
  }
}
