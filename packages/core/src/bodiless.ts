/** Methods whose requests give no meaning to a body (RFC 9110 sections 9.3.1, 9.3.2 and 9.3.5). */
export const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE'])
