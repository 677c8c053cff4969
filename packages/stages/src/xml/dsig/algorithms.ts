/** The namespace of XML Signatures (XML Signature Syntax and Processing, version 1.1). */
export const dsig = 'http://www.w3.org/2000/09/xmldsig#'

/** Exclusive canonicalization without comments (Exclusive XML Canonicalization 1.0). */
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Takes the signature itself out of what is signed (section 6.6.4). */
export const enveloped = `${dsig}enveloped-signature`

/** What RFC 9231 calls the algorithms of JWS that sign with a private key. Whatever isn't here, HMAC and SHA-1 first of all, isn't used. */
const signatures: ReadonlyMap<string, string> = new Map([
  ['ES256', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'],
  ['ES384', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384'],
  ['RS256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'],
  ['PS512', 'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1'],
  ['EdDSA', 'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519'],
])

/** The algorithms by their names in JWS. */
export const xmlAlgorithms: readonly string[] = [...signatures.keys()]

/** Undefined for one that isn't used here. */
export const uriOf = (jws: string): string | undefined => signatures.get(jws)

export const jwsOf = (uri: string): string | undefined => xmlAlgorithms.find(name => uriOf(name) === uri)

/** Digests that are not broken, by their URIs, as node:crypto calls them. */
export const digests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
])

/** The one that we sign by. */
export const usualDigest = 'http://www.w3.org/2001/04/xmlenc#sha256'
