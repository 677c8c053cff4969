import type { Needles } from './needles.ts'

/** Bytes of a needle that are looked for at first: enough that words of it seldom stand in a text. */
const sought = 8
/** Bytes that are looked through at a time. */
const stretch = 16_384

const hex = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`
/** Those that needles have in place of what is looked for as the same. */
const alike = new Map([...'+/'].map((sign, i) => [sign.charCodeAt(0), ['[+\\-]', '[/_]'][i] ?? sign]))

/**
 * What begins a needle, or an escape that it may stand behind. It is ours, of fixed length and without repetition, so that Node's own
 * engine runs it in linear time: 4 to 8 times as fast as a loop over bytes.
 */
export function beginnings(needles: readonly Uint8Array[]): RegExp {
  const begin = (needle: Uint8Array) =>
    [...needle.subarray(0, sought)].map(byte => alike.get(byte) ?? hex(byte)).join('')
  return new RegExp(['[\\\\%]', ...needles.map(begin)].join('|'))
}

/** Whether a field's value, each byte a latin1 character, may hold a needle in some notation; most don't. */
export const fieldMayHold = (value: string, { begin }: Needles): boolean => begin.test(value)

/** The same of a whole text in bytes. */
export function mayHold(bytes: Uint8Array, needles: Needles): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let from = 0; from < text.length; from += stretch)
    if (fieldMayHold(text.toString('latin1', from, from + stretch + sought - 1), needles)) return true
  return false
}
