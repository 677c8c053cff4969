import { type Counters, type GuardState, type Json, Registry } from '@sallyport/core'
import { noAnswers, type StagePorts } from '@sallyport/stages'
import { memoryCounters } from '@sallyport/store'
import { replayMemory } from '@sallyport/tokens'

/** What a guard remembers, in memory. */
function memoryState(): GuardState {
  const kept = new Map<string, Json>()
  const held = new Set<string>()
  return {
    get: key => kept.get(key),
    async put(changes) {
      for (const [key, value] of changes) {
        if (value === undefined) kept.delete(key)
        else kept.set(key, value)
      }
    },
    hold(keys) {
      if (keys.some(key => held.has(key))) return undefined
      for (const key of keys) held.add(key)
      return () => {
        for (const key of keys) held.delete(key)
      }
    },
  }
}

const replays = 10_000

const newMemory = () => ({
  counters: memoryCounters(),
  edgeCounters: memoryCounters(),
  trialCounters: memoryCounters(),
  states: new Registry<GuardState>(),
  signed: replayMemory(replays),
  proofs: replayMemory(replays),
})

const counting = (now: () => Counters): Counters => ({
  take: (takes, at) => now().take(takes, at),
  peek: (takes, at) => now().peek(takes, at),
  release: (takes, at) => now().release(takes, at),
})

/** What calls leave behind: what limits count and what guards remember. It can begin anew. */
export class World {
  #memory = newMemory()

  renew(): void {
    this.#memory = newMemory()
  }

  /** The same ports, but that nothing of what calls leave behind outlives this world. */
  within(ports: StagePorts): StagePorts {
    return {
      ...ports,
      counters: counting(() => this.#memory.counters),
      edgeCounters: counting(() => this.#memory.edgeCounters),
      trialCounters: counting(() => this.#memory.trialCounters),
      stateOf: ({ owner, name }) => this.#stateOf(`${owner} ${name}`),
      answers: noAnswers,
      isFirstUse: (id, until, now) => this.#memory.signed.isFirst(id, until, now),
      magicTokens: {
        ...ports.magicTokens,
        isFirstUse: (proof, until, now) => this.#memory.proofs.isFirst(proof, until, now),
      },
    }
  }

  /** A guard holds on to its state: what that leads to may change. */
  #stateOf(rule: string): GuardState {
    const state = () => this.#memory.states.get(rule, memoryState)
    return {
      get: key => state().get(key),
      put: changes => state().put(changes),
      hold: keys => state().hold(keys),
    }
  }
}
