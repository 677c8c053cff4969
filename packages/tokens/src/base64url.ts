/**
 * The bytes that RFC 4648 section 5 text stands for, undefined where the text isn't the one canonical, unpadded form
 * (RFC 7515 section 2). Node decodes leniently, so that many texts would mean the same token; writing the bytes again and
 * comparing refuses padding, blanks, foreign letters and non-zero trailing bits alike.
 */
export function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
