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
