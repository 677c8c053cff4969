import { printable } from '@sallyport/contract'
import type { SignatureKind, Verdict } from '@sallyport/stages'
import type { Paint } from '../frame/paint.ts'

const names: Readonly<Record<SignatureKind, string>> = {
  http: 'HTTP Message Signature',
  digest: 'Content-Digest',
  jws: 'JWS',
  xml: 'XML Signature',
}

/** A verdict as people read it. What a message says of itself is printed without control characters. */
export function verdictText(verdict: Verdict, paint: Paint): string {
  const name = names[verdict.kind]
  if (!verdict.good) return `${paint('red', 'bad')}   ${name}: ${printable(verdict.reason)}\n`
  const { key, alg, covers, created } = verdict
  const by = key === undefined ? '' : ` by ${printable(key)}`
  const algorithm = alg === undefined ? '' : ` (${printable(alg)})`
  const time = created === undefined ? '' : `, made ${new Date(created).toISOString()}`
  return `${paint('green', 'good')}  ${name}${by}${algorithm}${time}\n      over ${covers.map(printable).join(', ')}\n`
}
