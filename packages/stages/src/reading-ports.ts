import type { Counters, GuardState } from '@sallyport/core'
import { noAnswers } from './forward/cache/no-answers.ts'
import type { AnswerStore } from './forward/cache/stored.ts'
import type { StagePorts } from './ports.ts'

/** Limits stand where they stand: what a call would take is looked at and left. */
const untouched = (counters: Counters): Counters => ({
  take: (takes, now) => counters.peek(takes, now),
  peek: (takes, now) => counters.peek(takes, now),
  release() {
    return
  },
})

/** What guards remember is looked at and left, and nothing is held. */
const unchanged = (state: GuardState): GuardState => ({
  get: key => state.get(key),
  async put() {
    // Nothing came of the call.
  },
  hold: () => () => undefined,
})

/** What is kept of upstreams' answers serves, and stays as it is. */
const unkept = (answers: AnswerStore): AnswerStore => ({
  ...noAnswers,
  slot: asked => answers.slot(asked),
  moment: () => answers.moment(),
  find: (slot, place) => answers.find(slot, place),
})

/** The same ports, but that guards made with them count, remember, use up and end nothing. */
export const readingPorts = (ports: StagePorts): StagePorts => ({
  ...ports,
  counters: untouched(ports.counters),
  edgeCounters: untouched(ports.edgeCounters),
  trialCounters: untouched(ports.trialCounters),
  answers: unkept(ports.answers),
  stateOf: rule => unchanged(ports.stateOf(rule)),
  magicTokens: { ...ports.magicTokens, isFirstUse: () => true, revoke: async () => undefined },
  isFirstUse: () => true,
  askOutside: asking => ports.askOutside({ ...asking, isTried: true }),
})
