/** The algorithms of RFC 9421 section 3.3, each with the names that JWS has for it, the usual one first. */
const table: ReadonlyMap<string, readonly string[]> = new Map([
  ['ed25519', ['EdDSA', 'Ed25519']],
  ['ecdsa-p256-sha256', ['ES256']],
  ['ecdsa-p384-sha384', ['ES384']],
  ['rsa-pss-sha512', ['PS512']],
  ['rsa-v1_5-sha256', ['RS256']],
  ['hmac-sha256', ['HS256']],
])

/** Those by which whoever can check a signature can't make one. */
export const asymmetrical: readonly string[] = [...table.keys()].filter(name => name !== 'hmac-sha256')

/** What JWS calls it; empty for one that isn't known. */
export const jwsNames = (algorithm: string): readonly string[] => table.get(algorithm) ?? []

/** What RFC 9421 calls it; undefined for one that it has no name for. */
export const httpName = (jws: string): string | undefined =>
  [...table.keys()].find(name => jwsNames(name).includes(jws))
