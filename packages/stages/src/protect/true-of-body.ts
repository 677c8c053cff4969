import { HeaderList, type HeaderPairs } from '@sallyport/core'
import { replaced } from '../header-edit.ts'

/**
 * Fields that are true of a body as the upstream sent it, or of parts of it (RFC 9110 section 14, RFC 9530, RFC 1864): whoever changes
 * the body takes them away.
 */
export const trueOfBody: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'repr-digest',
])

/** Twice the same answer is changed to something else twice: only as far as it means the same it is the same. */
function weakened(headers: HeaderPairs): HeaderPairs {
  const { names } = new HeaderList(headers)
  return headers.map((text, i) =>
    i % 2 === 1 && names[i >> 1] === 'etag' && text.startsWith('"') ? `W/${text}` : text,
  )
}

/** The fields without what was true of the body as it came. */
export const fieldsOfChanged = (headers: HeaderPairs): HeaderPairs => weakened(replaced(headers, trueOfBody, []))
