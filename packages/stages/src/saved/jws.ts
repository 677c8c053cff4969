import type { Json } from '@sallyport/core'
import { type DetachedJws, readDetached } from '@sallyport/tokens'
import { canonicalFields, NotCanonical } from '../fields/canonical-fields.ts'
import { fieldsAt, TooManyFields } from '../fields/json-fields.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import type { Judge } from './verdict.ts'

const isText = (value: Json): value is string => typeof value === 'string'

/** The JSONPaths that a JWS says it is over; undefined where it is over the body as it is. */
function pathsIn({ header }: DetachedJws): readonly string[] | undefined {
  const { canon, paths } = header
  if (canon === undefined && paths === undefined) return undefined
  if (canon !== 'rfc8785' || !Array.isArray(paths) || paths.length === 0 || !paths.every(isText))
    throw new BadSignature('its paths can not be read')
  return paths
}

function payloadOf(body: Uint8Array, paths: readonly string[] | undefined): Uint8Array {
  if (paths === undefined) return body
  try {
    return Buffer.from(canonicalFields(body, fieldsAt(paths)))
  } catch (error) {
    if (error instanceof NotCanonical || error instanceof TooManyFields || error instanceof TypeError)
      throw new BadSignature(error.message)
    throw error
  }
}

/** A detached JWS of the body, or of what JSONPaths lead to in it (RFC 7515 appendix F, RFC 7797, RFC 8785). */
export const jws: Judge = async ({ headers, body }, { keys, jwsHeader }) => {
  const [text, more] = headers.all(jwsHeader)
  if (text === undefined) return undefined
  if (more !== undefined) throw new BadSignature(`${jwsHeader} is there twice`)
  const read = readDetached(text)
  const paths = pathsIn(read)
  const payload = payloadOf(body, paths)
  const candidates = await keys.find(read.kid, read.alg)
  if (candidates.length === 0) throw new BadSignature('no key of that name is known for that algorithm')
  if (!candidates.some(key => read.isOver(payload, key))) throw new BadSignature('the signature is wrong')
  const { iat } = read.header
  const created = typeof iat === 'number' ? iat * 1000 : undefined
  return { key: read.kid, alg: read.alg, covers: paths ?? ['the body'], created }
}
