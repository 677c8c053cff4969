import { BadToken } from '../bad-token.ts'
import { parseJws } from '../jws.ts'
import { readPart, readRoot } from './claims.ts'
import type { ConfirmationKey } from './confirmation.ts'
import { lengthMax } from './form.ts'
import { narrowed, type Span } from './links.ts'

const parse = (text: string) => parseJws(text, lengthMax)

/** The key that the last part names, and the time that all leave. Nobody's signature is checked: a bad token stays one. */
export function endOf(root: string, parts: readonly string[]): { readonly span: Span; readonly key: ConfirmationKey } {
  const claims = readRoot(parse(root))
  if (claims.cnf === undefined) throw new BadToken('claim', 'it is a plain token, and has no key: mint with --chain')
  let [span, key]: [Span, ConfirmationKey] = [claims, claims.cnf]
  for (const part of parts.map(text => readPart(parse(text)))) {
    span = narrowed(span, part)
    key = part.cnf
  }
  return { span, key }
}
