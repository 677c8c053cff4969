import { type CacheRule, type ForwardRule, HeaderList, type HeaderPairs, type Reply } from '@sallyport/core'
import type { StagePorts } from '../../ports.ts'
import { bornAt, type Exchanged } from './age.ts'
import type { Asked } from './asked.ts'
import type { FieldKindOf } from './fields.ts'
import { placeOf } from './forget.ts'
import { isFramed, keptFields } from './kept-fields.ts'
import { recordedBody } from './recorded-body.ts'
import type { StoredAnswer } from './stored.ts'
import { termsOf } from './terms.ts'
import { isOneCalls, isSelected, selectingIn, varyOf } from './vary.ts'

/** An upstream's answer, and when it was asked. */
export interface Sent extends Exchanged {
  readonly reply: Reply
  readonly upstreamMs: number
  /** The store's moment when it was asked. */
  readonly asOf: number
}

/** A kept answer and where it lies. */
export interface Found {
  readonly slot: string
  readonly stored: StoredAnswer
}

/** What keeps the answers of a route. */
interface Setting {
  readonly rule: ForwardRule
  readonly cache: CacheRule
  readonly kindOf: FieldKindOf
  readonly answers: StagePorts['answers']
}

type Streamed = Extract<Reply, { readonly kind: 'stream' }>

/** Where the answers of a route lie, and which of them are kept. */
export class Keeping {
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  /** What is kept for everybody, or for this caller, that answers such a request: the latest first. */
  find(asked: Asked, forAll: boolean): Found[] {
    const slot = this.#slotOf(asked, forAll)
    const found = this.#setting.answers.find(slot, this.#placeOf(asked))
    return found.flatMap(stored => (isSelected(stored, asked) ? [{ slot, stored }] : []))
  }

  /** Keeps an answer, where it may be (RFC 9111 section 3). */
  keep(asked: Asked, answer: Pick<StoredAnswer, 'status' | 'headers' | 'body'>, sent: Sent): void {
    this.#keeper(asked, answer.status, answer.headers, sent)?.(answer.body)
  }

  /** An answer that will be kept once all of it has come; undefined for one that won't be. Where it may break off unseen, it isn't. */
  recorded(asked: Asked, sent: Sent): Streamed | undefined {
    const { reply, answeredAt } = sent
    const { answers, cache } = this.#setting
    const headers = new HeaderList(reply.headers)
    if (asked.outgoing.method !== 'GET' || reply.kind !== 'stream' || !isFramed(reply.status, headers)) return undefined
    if (Number(headers.get('content-length') ?? 0) > cache.maxBody) return undefined
    const complete = this.#keeper(asked, reply.status, keptFields(reply.headers, answeredAt), sent)
    if (complete === undefined) return undefined
    return { ...reply, body: recordedBody(reply.body, { maxBody: cache.maxBody, room: answers, complete }) }
  }

  #keeper(asked: Asked, status: number, headers: HeaderPairs, sent: Sent): ((body: Uint8Array) => void) | undefined {
    const { answers, cache, kindOf } = this.#setting
    const list = new HeaderList(headers)
    const vary = varyOf(list)
    const terms = termsOf(status, list, cache.ttlMs)
    if (terms === undefined || isOneCalls(vary, kindOf)) return undefined
    const about = {
      ...{ status, headers, terms, asOf: sent.asOf },
      selecting: selectingIn(vary, asked),
      bornAt: bornAt(new HeaderList(sent.reply.headers), sent),
    }
    const slot = this.#slotOf(asked, terms.forAll)
    return body => answers.keep(slot, this.#placeOf(asked), { ...about, body })
  }

  #placeOf({ outgoing }: Asked): string {
    return placeOf(this.#setting.rule.origin, outgoing.path, this.#setting.answers)
  }

  #slotOf({ key, caller }: Asked, forAll: boolean): string {
    return this.#setting.answers.slot(forAll || caller === '' ? key : `${key}\n${caller}`)
  }
}
