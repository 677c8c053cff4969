import {
  type CacheRule,
  type ForwardRule,
  HeaderList,
  type Outgoing,
  Problem,
  type Reply,
  type View,
} from '@sallyport/core'
import { isReading } from '../../browsers/methods.ts'
import type { StagePorts } from '../../ports.ts'
import { bornAt } from './age.ts'
import { type Asked, askedReader, type ReadAsked } from './asked.ts'
import { isHad } from './condition.ts'
import { fieldKinds } from './fields.ts'
import { forgetChanged } from './forget.ts'
import { type Fetched, given, passedOn } from './given.ts'
import { type Found, Keeping, type Sent } from './keeping.ts'
import { freshenedFields, keptFields } from './kept-fields.ts'
import { readForNobody } from './recorded-body.ts'
import { isServing, isServingOnError } from './standing.ts'
import type { StoredAnswer } from './stored.ts'
import { confirms, validatorsOf } from './validators.ts'

type Ports = Pick<StagePorts, 'answers' | 'clock' | 'upstreams'>

/** Answers by which an upstream says that it fails (RFC 5861 section 4). */
const failing: ReadonlySet<number> = new Set([500, 502, 503, 504])

const isUpstreamFault = (error: unknown) => error instanceof Problem && error.code.startsWith('upstream-')

const notKept = () =>
  new Problem('not-cached', { detail: 'Without only-if-cached the service behind is asked.' }, 'no kept answer serves')

/** As it is asked, with the validators of what is kept; and past the caches before the upstream where a caller wants that. */
function asking({ outgoing, anew }: Asked, validators: readonly string[]): Outgoing {
  const added = anew ? [...validators, 'Cache-Control', 'no-cache'] : validators
  return added.length === 0 ? outgoing : { ...outgoing, headers: [...outgoing.headers, ...added] }
}

/** An answer that goes no further. */
function dismiss(reply: Reply): void {
  if (reply.kind === 'stream' && reply.body.whole() === undefined)
    reply.body.cancel(new Error('another answer is given'))
}

/**
 * Answers a route's calls from what is kept, or has them answered and keeps that: a shared cache (RFC 9111) of what the upstream said,
 * before anything of it was protected. What judges calls and answers runs on every call, before and after.
 */
export class AnswerCache {
  readonly #rule: ForwardRule
  readonly #cache: CacheRule
  readonly #ports: Ports
  readonly #keeping: Keeping
  readonly #read: ReadAsked

  constructor(apiPath: string, rule: ForwardRule, cache: CacheRule, ports: Ports) {
    const kindOf = fieldKinds(rule)
    this.#rule = rule
    this.#cache = cache
    this.#ports = ports
    this.#keeping = new Keeping({ rule, cache, kindOf, answers: ports.answers })
    this.#read = askedReader({ apiPath, rule, kindOf, anyAddress: cache.anyAddress })
  }

  /** Throws Problem `upstream-…`, and `not-cached` where a caller wants nothing but what is kept. */
  answer(outgoing: Outgoing, view: View): Fetched | Promise<Fetched> {
    const asked = this.#read(outgoing, view)
    if (asked === undefined) return isReading(outgoing.method) ? this.#pass(outgoing) : this.#change(outgoing)
    const now = this.#ports.clock.now()
    const serves = ({ stored }: Found) => isServing(stored, asked, now, this.#cache)
    const shared = this.#keeping.find(asked, true)
    const own = asked.caller === '' || shared.some(serves) ? [] : this.#keeping.find(asked, false)
    const serving = shared.find(serves) ?? own.find(serves)
    if (serving !== undefined) return given(serving.stored, asked, { use: 'hit', now })
    if (asked.directives.has('only-if-cached')) throw notKept()
    const over = shared[0] ?? own[0]
    return over === undefined ? this.#fetch(asked) : this.#validate(asked, over)
  }

  async #send(outgoing: Outgoing): Promise<Sent> {
    const { clock, upstreams, answers } = this.#ports
    const [sentAt, started, asOf] = [clock.now(), clock.elapsed(), answers.moment()]
    const reply = await upstreams.send(outgoing, this.#rule)
    return { reply, sentAt, asOf, answeredAt: clock.now(), upstreamMs: clock.elapsed() - started }
  }

  async #pass(outgoing: Outgoing): Promise<Fetched> {
    const { reply, upstreamMs } = await this.#send(outgoing)
    return passedOn(reply, 'bypassed', upstreamMs)
  }

  async #change(outgoing: Outgoing): Promise<Fetched> {
    let reply: Reply | undefined
    try {
      const sent = await this.#send(outgoing)
      reply = sent.reply
      return { reply, use: undefined, upstreamMs: sent.upstreamMs }
    } finally {
      forgetChanged(outgoing, reply, this.#rule.origin, this.#ports.answers)
    }
  }

  async #fetch(asked: Asked): Promise<Fetched> {
    return this.#received(asked, await this.#send(asking(asked, [])))
  }

  async #validate(asked: Asked, { slot, stored }: Found): Promise<Fetched> {
    const { clock, answers } = this.#ports
    const validators = validatorsOf(stored)
    const serves = () => !asked.anew && isServingOnError(stored, clock.now(), this.#cache)
    const sent = await this.#send(asking(asked, validators)).catch((error: unknown) => {
      if (isUpstreamFault(error) && serves()) return undefined
      throw error
    })
    if (sent === undefined) return given(stored, asked, { use: 'stale', now: clock.now() })
    const { reply, upstreamMs } = sent
    if (failing.has(reply.status) && serves()) {
      dismiss(reply)
      return given(stored, asked, { use: 'stale', now: clock.now(), upstreamMs })
    }
    if (reply.status < 500) answers.drop(slot, stored)
    if (reply.status !== 304 || validators.length === 0) return this.#received(asked, sent)
    dismiss(reply)
    return confirms(new HeaderList(reply.headers), stored) ? this.#freshened(asked, stored, sent) : this.#fetch(asked)
  }

  /** What was kept, after the upstream said that it still holds. */
  #freshened(asked: Asked, { status, headers: kept, body }: StoredAnswer, sent: Sent): Fetched {
    const { reply, upstreamMs, answeredAt: now } = sent
    const headers = freshenedFields(kept, keptFields(reply.headers, now))
    this.#keeping.keep(asked, { status, headers, body }, sent)
    const born = bornAt(new HeaderList(reply.headers), sent)
    return given({ status, headers, body, bornAt: born }, asked, { use: 'validated', now, upstreamMs })
  }

  /** An answer of the upstream's own, kept on its way where it may be: also where the caller has it already and gets no more than that. */
  #received(asked: Asked, sent: Sent): Fetched {
    const { reply, upstreamMs, answeredAt: now } = sent
    const { condition } = asked
    const recorded = this.#keeping.recorded(asked, sent)
    const fields = new HeaderList(reply.headers)
    if (condition === undefined || reply.status !== 200 || !isHad(condition, fields))
      return passedOn(recorded ?? reply, 'miss', upstreamMs)
    if (recorded === undefined) dismiss(reply)
    else readForNobody(recorded.body)
    const headers = keptFields(reply.headers, now)
    const had = { status: 200, headers, body: new Uint8Array(0), bornAt: bornAt(fields, sent) }
    return given(had, asked, { use: 'miss', now, upstreamMs })
  }
}
