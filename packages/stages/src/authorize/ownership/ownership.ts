import { type Ended, Problem } from '@sallyport/core'
import type { GuardModule, ModulePorts, ModuleState, SeenAnswer, SeenCall } from '../../modules/guard-module.ts'
import { claimsAfter, claimsBefore, type Ending, owned, ownerIn, ownerOf } from './claims.ts'
import { endingOf } from './ending.ts'
import { isThere } from './exists.ts'
import { keyOf, nameIn, type Order, ordersOf, pathParts, Unclear } from './orders.ts'
import { type OwnershipRule, rulesOf } from './rules.ts'
import type { Settings } from './settings.ts'

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A call that is under way. */
interface Pending {
  readonly owner: string
  readonly orders: readonly Order[]
  readonly fresh: ReadonlySet<Order>
  readonly release: () => void
}

class Ownership {
  readonly #rules: ReadonlyMap<string, OwnershipRule>
  readonly #refuse: ModulePorts['refuse']
  readonly #state: ModuleState
  readonly #pending = new WeakMap<SeenCall, Pending>()

  constructor(rules: ReadonlyMap<string, OwnershipRule>, refuse: ModulePorts['refuse'], state: ModuleState) {
    this.#rules = rules
    this.#refuse = refuse
    this.#state = state
  }

  /** What can be told without asking anybody. */
  async check(call: SeenCall): Promise<void> {
    const rule = this.#rules.get(call.operation)
    if (rule === undefined) {
      if (safe.has(call.method)) return
      throw this.#notOwned(`${call.operation} isn't among the operations that ownership knows`)
    }
    if (call.caller.credential.kind === 'anonymous') throw this.#notOwned('nobody in particular can own anything')
    this.#freshIn(await this.#ordersOf(rule, call), ownerOf(call.caller))
  }

  /** Claims what is new and what goes, once nobody else has it: on disk before the call is. */
  async prepare(call: SeenCall): Promise<void> {
    const rule = this.#rules.get(call.operation)
    if (rule === undefined || rule.answer !== undefined) return
    const orders = await this.#ordersOf(rule, call)
    const owner = ownerOf(call.caller)
    const release = this.#state.hold(orders.map(({ key }) => key))
    if (release === undefined)
      throw this.#refuse('another call is changing the same', { code: 'change-under-way', detail: 'Try again.' })
    try {
      const fresh = new Set(this.#freshIn(orders, owner))
      for (const order of fresh) {
        if (await isThere(order, rule, call)) throw this.#notOwned(`${order.key} is there, and not by this token`)
      }
      await this.#state.put(claimsBefore(orders, fresh, owner))
      this.#pending.set(call, { owner, orders, fresh, release })
    } catch (error) {
      release()
      throw error
    }
  }

  /** What the upstream said is on disk before the caller learns it. */
  async reply(answer: SeenAnswer, call: SeenCall): Promise<void> {
    const rule = this.#rules.get(call.operation)
    if (rule?.answer !== undefined) return this.#ownAnswered(rule, rule.answer, answer, call)
    await this.#settle(call, endingOf(answer.status))
  }

  /** A call that nobody answered. One that never reached anybody did nothing. */
  async done({ refusal }: Ended, call: SeenCall): Promise<void> {
    await this.#settle(call, refusal === 'upstream-unreachable' ? 'refused' : 'unknown')
  }

  async #settle(call: SeenCall, ending: Ending): Promise<void> {
    const pending = this.#pending.get(call)
    if (pending === undefined) return
    this.#pending.delete(call)
    const { owner, orders, fresh, release } = pending
    await this.#state.put(claimsAfter(orders, fresh, { owner, ending })).finally(release)
  }

  async #ownAnswered(
    rule: OwnershipRule,
    find: NonNullable<OwnershipRule['answer']>,
    answer: SeenAnswer,
    call: SeenCall,
  ) {
    if (!rule.created.has(answer.status)) return
    const json = await answer.json?.()
    const [found, more] = json === undefined ? [] : find(json)
    const name = nameIn(found)
    if (name === undefined || more !== undefined)
      throw new Problem('upstream-broken', {}, "something was created, and the answer doesn't name it: nobody owns it")
    const key = keyOf(rule.thing, [...Object.values(pathParts(rule, call)), name])
    await this.#ownNew(key, ownerOf(call.caller))
  }

  /** What somebody has, or may have, an upstream can't have created just now: it told of what was there. Then nothing changes hands. */
  async #ownNew(key: string, owner: string): Promise<void> {
    if (ownerIn(this.#state, key) === owner) return
    const release = this.#state.hold([key])
    if (release === undefined || this.#state.get(key) !== undefined) {
      release?.()
      throw new Problem('upstream-broken', {}, `${key} was answered as new, and is another's or in doubt: it stays so`)
    }
    await this.#state.put({ [key]: owned(owner) }).finally(release)
  }

  async #ordersOf(rule: OwnershipRule, call: SeenCall): Promise<readonly Order[]> {
    try {
      return await ordersOf(rule, call)
    } catch (error) {
      throw error instanceof Unclear ? this.#notOwned(error.message) : error
    }
  }

  /** Those that aren't the caller's yet, which must be creations of what is nobody's. */
  #freshIn(orders: readonly Order[], owner: string): Order[] {
    return orders.filter(({ act, key }) => {
      const has = ownerIn(this.#state, key)
      if (has === owner) return false
      if (has !== undefined) throw this.#notOwned(`${key} is another's`)
      if (act !== 'create') throw this.#notOwned(`${key} was not created by this token, as far as is known`)
      return true
    })
  }

  #notOwned(reason: string): Problem {
    return this.#refuse(reason, { code: 'not-owned' })
  }
}

/** What a token created it may change and delete, and nothing else (docs/ownership.md). It comes through the door for everybody's modules. */
export function ownershipModule(settings: Settings): GuardModule<Settings> {
  const rules = Object.values(settings).flatMap(operations => Object.values(operations))
  const answers = rules.some(({ answer }) => answer !== undefined)
  return {
    needs: ['body', 'upstream', 'state', ...(answers ? (['answer'] as const) : [])],
    create(things, { refuse, state }) {
      if (state === undefined) throw new TypeError('ownership must remember, and there is no state here')
      const guard = new Ownership(rulesOf(things), refuse, state)
      return {
        check: call => guard.check(call),
        prepare: call => guard.prepare(call),
        reply: (answer, call) => guard.reply(answer, call),
        done: (ended, call) => guard.done(ended, call),
      }
    },
  }
}
