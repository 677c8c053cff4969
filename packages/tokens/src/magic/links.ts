import { BadToken, quoted } from '../bad-token.ts'
import { type ParsedJws, parseJws, verifySignature } from '../jws.ts'
import { thumbprint } from '../signing-key.ts'
import { linkOf, partId, type Split, type Tail } from './chain.ts'
import { type PartClaims, type RootClaims, readPart, readSeal } from './claims.ts'
import { type ConfirmationKey, checkScalar } from './confirmation.ts'
import { type Constraints, constraintsOf } from './constraints.ts'
import { lengthMax, typ } from './form.ts'

/** One part of a token: what it is known by and what it adds. */
export interface MagicPart extends Constraints {
  readonly id: string
}

/** Header members that there must be, and no others. */
export function requireHeader(jws: ParsedJws, wanted: string, members: readonly string[]): void {
  if (jws.typ !== wanted) throw new BadToken('claim', `header typ is ${quoted(jws.typ)}, not ${wanted}`)
  const names = Object.keys(jws.header)
  if (names.length === members.length && names.every(name => members.includes(name))) return
  throw new BadToken('claim', `the header must have ${members.join(', ')} and nothing else`)
}

/** A JWS that the key made which the part before names, and that names that part. */
function linked<Claims extends { readonly prev: string }>(
  text: string,
  before: string,
  key: ConfirmationKey,
  kind: 'part' | 'seal',
  read: (jws: ParsedJws) => Claims,
): Claims {
  const jws = parseJws(text, lengthMax)
  requireHeader(jws, typ[kind], ['alg', 'typ'])
  if (jws.alg !== key.alg)
    throw new BadToken('algorithm', `a ${kind} by ${quoted(jws.alg)}, where its key is for ${key.alg}`)
  if (!verifySignature(jws, key.key)) throw new BadToken('signature', `the signature of a ${kind} is wrong`)
  const claims = read(jws)
  if (claims.prev !== linkOf(before)) throw new BadToken('claim', `a ${kind} names another part than the one before it`)
  return claims
}

/** From when to when a token is good, in seconds since the epoch. */
export interface Span {
  readonly nbf: number
  readonly exp: number
}

/** Time is only ever taken away: a part that says otherwise was made by somebody who wanted more. */
export function narrowed({ nbf, exp }: Span, part: Pick<PartClaims, 'nbf' | 'exp'>): Span {
  if (part.exp !== undefined && part.exp > exp)
    throw new BadToken('claim', 'a part would last longer than the one before')
  if (part.nbf !== undefined && part.nbf < nbf) throw new BadToken('claim', 'a part would begin before the one before')
  return { nbf: part.nbf ?? nbf, exp: part.exp ?? exp }
}

function checkTail(tail: Tail, last: string, key: ConfirmationKey): void {
  if (tail.kind === 'key') checkScalar(tail.scalar, key)
  else if (tail.kind === 'seal') linked(tail.jws, last, key, 'seal', readSeal)
}

interface Links extends Span {
  readonly parts: MagicPart[]
  /** The thumbprint of the key that each call must be proved by, where one must. */
  readonly boundTo: string | undefined
}

/** What the parts after the first come to. A BadToken where one wasn't made by whom the part before names. */
export function verifyLinks({ root, parts, tail }: Split, claims: RootClaims): Links {
  const first: MagicPart = { id: partId(root), ...constraintsOf(claims) }
  let span: Span = { nbf: claims.nbf, exp: claims.exp }
  if (claims.cnf === undefined || tail === undefined) {
    if (claims.cnf !== undefined) throw new BadToken('claim', "the first part of a chain isn't good without its tail")
    if (tail !== undefined) throw new BadToken('claim', 'a chain whose first part names no key')
    return { ...span, parts: [first], boundTo: undefined }
  }
  const known = [first]
  let [before, key] = [root, claims.cnf]
  for (const text of parts) {
    const part = linked(text, before, key, 'part', readPart)
    span = narrowed(span, part)
    known.push({ id: partId(text), ...constraintsOf(part) })
    before = text
    key = part.cnf
  }
  checkTail(tail, before, key)
  const boundTo = tail.kind === 'dpop' ? thumbprint(key.key.key) : undefined
  return { ...span, parts: known, boundTo }
}
