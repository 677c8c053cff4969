import { hash, timingSafeEqual } from 'node:crypto'
import { Problem, type Secret } from '@sallyport/core'

const digest = (text: string) => hash('sha256', text, 'buffer')

/** Asks for the secret of a door, where it has one. Throws Problem `door-refused`. */
export function requireKey(
  secret: Secret | undefined,
  presented: readonly string[],
  shown: Problem['shown'] = {},
): void {
  if (secret === undefined) return
  const [key, more] = presented
  if (key !== undefined && more === undefined && timingSafeEqual(digest(key), digest(secret.reveal()))) return
  throw new Problem('door-refused', shown, 'the key of the door is missing or wrong')
}
