import { folded, type Needle, type Needles } from './needles.ts'

const backslash = 0x5c
const percent = 0x25

/** Bytes of a needle that are compared: so few that the work stays linear in the text, enough that words of it seldom do. */
const compared = 8

function mayBegin({ bytes: wanted }: Needle, bytes: Uint8Array, at: number): boolean {
  if (at + wanted.length > bytes.length) return false
  for (let i = 0; i < compared; i++) if (folded[bytes[at + i] ?? 0] !== wanted[i]) return false
  return true
}

/**
 * Whether a whole text may hold a needle in some notation; most don't. Only as they are can needles stand where there is no sign that
 * begins an escape.
 */
export function mayHold(bytes: Uint8Array, { all, stops }: Needles): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (stops[byte] === 0) continue
    if (byte === backslash || byte === percent) return true
    for (const needle of all) if (mayBegin(needle, bytes, at)) return true
  }
  return false
}
