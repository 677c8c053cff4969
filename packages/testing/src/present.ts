import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallEvent, Clock, Reply } from '@sallyport/core'
import type { Answer, Asked, Refusing } from './made.ts'

/** A call while it is judged: what it was made of, and what is seen of it. */
export interface Present {
  readonly time: number
  readonly answer: Answer | undefined
  readonly asked: Asked
  /** Of a call that is made again: handlers aren't run, this is what one answered. */
  readonly again: { readonly handled: Reply | undefined } | undefined
  /** Whether there is an answer that rules can judge. */
  isAnswered: boolean
  event: CallEvent | undefined
  refusing: Refusing | undefined
  handled: Reply | undefined
  sent: string | undefined
  readonly decided: Set<string>
}

const present = new AsyncLocalStorage<Present>()

/** The call that is judged here. Throws where none is. */
export function presentCall(): Present {
  const call = present.getStore()
  if (call === undefined) throw new Error('no call of a test is under way here')
  return call
}

export const duringCall = <Value>(call: Present, run: () => Value): Value => present.run(call, run)

/** A clock that shows each call the time that it is made at, and stands still otherwise. */
export const clockAt = (time: number): Clock => ({ now: () => present.getStore()?.time ?? time, elapsed: () => 0 })
