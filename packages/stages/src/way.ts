import type { StageName } from '@sallyport/core'
import { admit } from './admit/admit.ts'
import { answer, answerBy } from './answer.ts'
import { authorize } from './authorize/authorize.ts'
import { forward } from './forward/forward.ts'
import { identify } from './identify/identify.ts'
import { inspect } from './inspect/inspect.ts'
import { limit } from './limit/limit.ts'
import { protect, protectRefusal } from './protect/protect.ts'

/** The stages as a call goes through them, all but record. */
const usual = { admit, answer, protect, protectRefusal }

export type Way = typeof usual

/** The way of calls that nobody watches. */
export const usualWay: Way = usual

/** Runs a stage and gives back what that gave. Who wants to know when stages begin and end stands around them. */
export type Around = <Value>(stage: StageName, run: () => Value) => Value

/** The same way, somebody standing around each stage. */
export const wayAround = (around: Around): Way => ({
  admit: (arrival, begun) => around('admit', () => admit(arrival, begun)),
  answer: answerBy({
    identify: admitted => around('identify', () => identify(admitted)),
    authorize: identified => around('authorize', () => authorize(identified)),
    limit: authorized => around('limit', () => limit(authorized)),
    inspect: counted => around('inspect', () => inspect(counted)),
    forward: cleared => around('forward', () => forward(cleared)),
  }),
  protect: answered => around('protect', () => protect(answered)),
  protectRefusal: (refusal, come) => around('protect', () => protectRefusal(refusal, come)),
})
