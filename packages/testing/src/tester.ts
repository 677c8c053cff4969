import { AssertionError } from 'node:assert'
import type { GatewayRules } from '@sallyport/core'
import type { Agreed } from './caller.ts'
import { cameTo } from './came-to.ts'
import type { Expectation } from './expected.ts'
import type { MadeCall, Outcome } from './made.ts'
import type { Setting, Stand } from './stand.ts'
import { type Holds, type Told, toldOf } from './told.ts'

/** A call that a test made, and what it expects of it. */
export interface TestedCall {
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
export interface Tested extends UnderTest {
  readonly calls: readonly TestedCall[]
}

/** Makes a call, of what is known of where it goes. */
export type Make = (gateway: GatewayRules) => MadeCall

/** A call under way or over, as a test expects something of it. */
export interface Expecting {
  readonly told: Promise<Told>
  /** Rejects with AssertionError where it isn't so. `above` is the function whose caller is shown. */
  expect(expectation: Expectation, above: (...given: never[]) => unknown): Promise<Told>
}

/** Makes calls of what is under test, and remembers them where somebody wants to know. */
export class Tester {
  readonly agreed: Agreed
  readonly #under: Promise<UnderTest>
  readonly #isRemembered: boolean
  readonly #calls: TestedCall[] = []
  #world = 0

  constructor(agreed: Agreed, under: Promise<UnderTest>, isRemembered: boolean) {
    this.agreed = agreed
    this.#under = under
    this.#isRemembered = isRemembered
    // Whoever makes a call is told what went wrong.
    under.catch(() => undefined)
  }

  /** Limits count from nothing again, and guards remember nothing. */
  async renew(): Promise<void> {
    this.#world++
    const under = await this.#under.catch(() => undefined)
    under?.stand.renew()
  }

  async tested(): Promise<Tested> {
    return { ...(await this.#under), calls: this.#calls }
  }

  call(make: Make): Expecting {
    const under = this.#under
    const tested = this.#judged(make)
    const told = tested.then(({ outcome, holds }) => toldOf(outcome, expected => holds.push(expected)))
    return {
      told,
      async expect(expectation, above) {
        const place = new AssertionError({ message: 'not met', stackStartFn: above })
        const { made, outcome, holds } = await tested
        holds.push(other => expectation(other) === undefined)
        const missed = expectation(outcome)
        if (missed !== undefined) throw failure(cameTo(missed, made, outcome, (await under).stand), place)
        return told
      },
    }
  }

  async #judged(make: Make): Promise<TestedCall> {
    const world = this.#world
    const { stand, setting } = await this.#under
    const made = make(setting.snapshot.gateway)
    const tested: TestedCall = { made, world, outcome: await stand.judge(made), holds: [] }
    if (this.#isRemembered) this.#calls.push(tested)
    return tested
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
