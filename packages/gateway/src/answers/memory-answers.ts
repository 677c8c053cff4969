import { hash } from 'node:crypto'
import type { AnswerStore, StoredAnswer } from '@sallyport/stages'
import { Forgotten } from './forgotten.ts'

/** What an answer takes beside its texts and bytes: objects, arrays, map slots. */
const fixedBytes = 1_000
/** Answers to one question that were selected by fields, such as a language: those that weren't asked for longest make room. */
const variantsMax = 8
/** No answer takes more than such a part of all the room, and those that are on their way no more than another. */
const part = 4

const textBytes = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0)

function bytesOf({ headers, body, selecting }: StoredAnswer): number {
  return fixedBytes + body.length + textBytes(headers) + textBytes(selecting.flat())
}

const isAlike = (one: StoredAnswer, other: StoredAnswer) =>
  JSON.stringify(one.selecting) === JSON.stringify(other.selecting)

/** The answers of one slot. */
interface Slot {
  readonly answers: readonly StoredAnswer[]
  readonly bytes: number
}

/** Upstreams' answers in memory. What wasn't asked for longest makes room. */
export class MemoryAnswers implements AnswerStore {
  readonly #key: string
  readonly #max: number
  readonly #forgotten = new Forgotten()
  /** The least lately used first. */
  readonly #slots = new Map<string, Slot>()
  #bytes = 0
  #coming = 0

  /** `bytesMax` bounds all answers together, as an estimate. Slots are named by digests over the key. */
  constructor({ randomKey, bytesMax }: { readonly randomKey: Uint8Array; readonly bytesMax: number }) {
    this.#key = Buffer.from(randomKey).toString('base64url')
    this.#max = bytesMax
  }

  slot(asked: string): string {
    return hash('sha256', this.#key + asked, 'base64url')
  }

  moment(): number {
    return this.#forgotten.moment
  }

  find(slot: string, place: string): readonly StoredAnswer[] {
    const known = this.#slots.get(slot)
    if (known === undefined) return []
    const { answers } = known
    const isGood = ({ asOf }: StoredAnswer) => !this.#forgotten.isSince(place, asOf)
    this.#put(slot, answers.every(isGood) ? answers : answers.filter(isGood))
    return this.#slots.get(slot)?.answers ?? []
  }

  keep(slot: string, place: string, answer: StoredAnswer): void {
    if (bytesOf(answer) > this.#max / part || this.#forgotten.isSince(place, answer.asOf)) return
    const others = (this.#slots.get(slot)?.answers ?? []).filter(other => !isAlike(other, answer))
    this.#put(slot, [answer, ...others].slice(0, variantsMax))
    for (const [oldest] of this.#slots) {
      if (this.#bytes <= this.#max) break
      this.#put(oldest, [])
    }
  }

  drop(slot: string, answer: StoredAnswer): void {
    const known = this.#slots.get(slot)
    if (known === undefined) return
    const left = known.answers.filter(other => other !== answer)
    this.#put(slot, left)
  }

  forget(place: string): void {
    this.#forgotten.add(place)
  }

  take(bytes: number): boolean {
    if (this.#coming + bytes > this.#max / part) return false
    this.#coming += bytes
    return true
  }

  give(bytes: number): void {
    this.#coming -= bytes
  }

  /** What lies in a slot from now on; it is the one that was used last. */
  #put(slot: string, answers: readonly StoredAnswer[]): void {
    const before = this.#slots.get(slot)
    this.#slots.delete(slot)
    this.#bytes -= before?.bytes ?? 0
    if (answers.length === 0) return
    const bytes = before?.answers === answers ? before.bytes : answers.reduce((sum, one) => sum + bytesOf(one), 0)
    this.#slots.set(slot, { answers, bytes })
    this.#bytes += bytes
  }
}
