import { AssertionError } from 'node:assert'
import type { GatewayRules } from '@sallyport/core'
import type { Agreed } from './caller.ts'
import { cameTo } from './came-to.ts'
import type { Expectation } from './expected.ts'
import type { MadeCall, Outcome } from './made.ts'
import type { Setting, Stand } from './stand.ts'
import { type Holds, type Told, toldOf } from './told.ts'

/** A call that a test made, and what it expects of it. */
export interface TriedCall {
  readonly made: MadeCall
  /** How often all was forgotten before it. */
  readonly world: number
  readonly outcome: Outcome
  /** What the test expects of it: it grows as long as the test goes on. */
  readonly holds: Holds[]
}

/** What is under test. */
export interface UnderTest {
  /** What tells it from others: the application's name, or where its configuration stands. */
  readonly name: string
  readonly setting: Setting
  readonly stand: Stand
}

/** What is under test, and the calls that tests made of it. */
export interface Tried extends UnderTest {
  readonly calls: readonly TriedCall[]
}

/** Makes a call, of what is known of where it goes. */
export type Make = (gateway: GatewayRules) => MadeCall

/** A call under way or over, as a test expects something of it. */
export interface Trying {
  readonly told: Promise<Told>
  /** Rejects with AssertionError where it isn't so. `above` is the function whose caller is shown. */
  expect(expectation: Expectation, above: (...given: never[]) => unknown): Promise<Told>
}

/** Makes calls of what is under test, and remembers them where somebody wants to know. */
export class Trial {
  readonly agreed: Agreed
  readonly #tried: Promise<UnderTest>
  readonly #isRemembered: boolean
  readonly #calls: TriedCall[] = []
  #world = 0

  constructor(agreed: Agreed, tried: Promise<UnderTest>, isRemembered: boolean) {
    this.agreed = agreed
    this.#tried = tried
    this.#isRemembered = isRemembered
    // Whoever makes a call is told what went wrong.
    tried.catch(() => undefined)
  }

  /** Limits count from nothing again, and guards remember nothing. */
  async renew(): Promise<void> {
    this.#world++
    const tried = await this.#tried.catch(() => undefined)
    tried?.stand.renew()
  }

  async tried(): Promise<Tried> {
    return { ...(await this.#tried), calls: this.#calls }
  }

  call(make: Make): Trying {
    const under = this.#tried
    const tried = this.#judged(make)
    const told = tried.then(({ outcome, holds }) => toldOf(outcome, expected => holds.push(expected)))
    return {
      told,
      async expect(expectation, above) {
        const place = new AssertionError({ message: 'not met', stackStartFn: above })
        const { made, outcome, holds } = await tried
        holds.push(other => expectation(other) === undefined)
        const missed = expectation(outcome)
        if (missed !== undefined) throw failure(cameTo(missed, made, outcome, (await under).stand), place)
        return told
      },
    }
  }

  async #judged(make: Make): Promise<TriedCall> {
    const world = this.#world
    const { stand, setting } = await this.#tried
    const made = make(setting.snapshot.gateway)
    const tried: TriedCall = { made, world, outcome: await stand.judge(made), holds: [] }
    if (this.#isRemembered) this.#calls.push(tried)
    return tried
  }
}

/** An error that shows the place where the expectation stands, and nothing but its message. */
function failure(message: string, place: Error): AssertionError {
  const error = new AssertionError({ message })
  const frames = (place.stack ?? '').split('\n').filter(line => /^ {4}at /.test(line))
  for (const name of Object.keys(error)) Object.defineProperty(error, name, { enumerable: false })
  error.stack = [`${error.name} [${error.code}]: ${message}`, ...frames].join('\n')
  return error
}
