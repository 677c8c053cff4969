import { hash, timingSafeEqual } from 'node:crypto'
import { type HeaderList, Problem, type Secret } from '@sallyport/core'

const failuresMax = 20
const windowMs = 60_000

const digest = (text: string) => hash('sha256', text, 'buffer')

const unknown = (reason: string) =>
  new Problem(
    'operator-unknown',
    {
      detail: "Send the key of operator.key in the gateway's data folder as Authorization: Bearer.",
      headers: [['WWW-Authenticate', 'Bearer realm="sallyport management"']],
    },
    reason,
  )

const exhausted = (retryAfter: number) =>
  new Problem(
    'attempts-exceeded',
    { retryAfter, headers: [['Retry-After', String(retryAfter)]] },
    `more than ${failuresMax} wrong operator's keys in a minute`,
  )

/**
 * Asks for the operator's key. Wrong ones are counted, all callers together; the right one is taken also while they are
 * too many, so that nobody can lock the operator out. Throws Problem `operator-unknown` or `attempts-exceeded`.
 */
export function requireOperator(key: Secret, now: () => number): (headers: HeaderList) => void {
  const wanted = digest(key.reveal())
  let failures = 0
  let since = Number.NEGATIVE_INFINITY
  const fail = (reason: string): never => {
    if (now() - since >= windowMs) {
      since = now()
      failures = 0
    }
    failures++
    if (failures > failuresMax) throw exhausted(Math.max(1, Math.ceil((since + windowMs - now()) / 1000)))
    throw unknown(reason)
  }
  return headers => {
    const [field, ...others] = headers.all('authorization')
    if (field === undefined) throw unknown('no key was sent')
    const presented = /^bearer +(\S+)$/i.exec(field)?.[1]
    if (presented === undefined || others.length > 0) return fail('Authorization holds no single bearer key')
    if (!timingSafeEqual(digest(presented), wanted)) fail("another key than the operator's was sent")
  }
}
