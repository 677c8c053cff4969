import { hash } from 'node:crypto'

/** What a verdict takes besides what was read: the digest, two map slots, the objects themselves. */
const fixedBytes = 400
/** Parsed JSON takes at most about this many times its text (measured on Node 24: 1 to 3.7). */
const bytesPerPayloadByte = 4

interface Verdict<Value> {
  readonly value: Value
  readonly bytes: number
}

/**
 * What was read of tokens whose signature was found good: their claims. Keyed by a digest over a random key and the token, so a memory dump holds no
 * token and nobody can aim at a slot. Two generations: what wasn't asked for while one filled up is dropped with it.
 */
export class VerdictCache<Value> {
  readonly #key: string
  readonly #generationBytes: number
  #version = -1
  #young = new Map<string, Verdict<Value>>()
  #old = new Map<string, Verdict<Value>>()
  #youngBytes = 0

  /** `bytes` bounds both generations together, as an estimate. */
  constructor(randomKey: Uint8Array, bytes: number) {
    this.#key = Buffer.from(randomKey).toString('base64url')
    this.#generationBytes = bytes / 2
  }

  /** The slot of a token. */
  slot(token: string): string {
    return hash('sha256', this.#key + token, 'base64url')
  }

  /** What is remembered under this version of the keys; another version forgets everything. */
  get(slot: string, version: number): Value | undefined {
    if (version !== this.#version) this.#forget(version)
    const young = this.#young.get(slot)
    if (young !== undefined) return young.value
    const old = this.#old.get(slot)
    if (old === undefined) return undefined
    this.#old.delete(slot)
    this.#keep(slot, old)
    return old.value
  }

  /** `otherBytes` are what the value may come to hold besides what was read. One that may outweigh a generation isn't kept. */
  set(slot: string, version: number, value: Value, payloadBytes: number, otherBytes = 0): void {
    if (version !== this.#version) this.#forget(version)
    this.#keep(slot, { value, bytes: fixedBytes + payloadBytes * bytesPerPayloadByte + otherBytes })
  }

  #keep(slot: string, verdict: Verdict<Value>): void {
    if (verdict.bytes > this.#generationBytes) return
    if (this.#youngBytes + verdict.bytes > this.#generationBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    this.#young.set(slot, verdict)
    this.#youngBytes += verdict.bytes
  }

  #forget(version: number): void {
    this.#version = version
    this.#young = new Map()
    this.#old = new Map()
    this.#youngBytes = 0
  }
}
