import { randomFillSync } from 'node:crypto'

const idBytes = 16
const pool = Buffer.alloc(idBytes * 512)
let used = pool.length

/** 128 random bits in hex. Randomness is drawn for many ids at once: each draw by itself would cost more than the id. */
export function newCallId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += idBytes
  return pool.toString('hex', used - idBytes, used)
}
