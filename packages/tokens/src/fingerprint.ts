import { hash } from 'node:crypto'

/**
 * 12 letters that stand for a token in records: the beginning of its SHA-256, 72 bits. Only for tokens that can't be guessed:
 * a password's fingerprint would tell the password to whoever tries enough of them.
 */
export function fingerprint(token: string): string {
  return hash('sha256', token, 'base64url').slice(0, 12)
}
