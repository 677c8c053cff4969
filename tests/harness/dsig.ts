import { generateKeyPairSync } from 'node:crypto'

export const dsig = 'http://www.w3.org/2000/09/xmldsig#'
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const ecdsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'

const transform = (algorithm: string) => `<Transform Algorithm="${algorithm}"/>`

export interface TemplateReference {
  readonly uri: string
  readonly transforms?: readonly string[]
  readonly digest?: string
}

interface Template {
  readonly references: readonly TemplateReference[]
  readonly algorithm?: string
  readonly canonical?: string
  readonly keyInfo?: string
}

/** A Signature whose values whoever signs fills in. */
export function template({
  references,
  algorithm = ecdsaSha256,
  canonical = exclusive,
  keyInfo = '',
}: Template): string {
  const written = references.map(
    ({ uri, transforms = [exclusive], digest = sha256 }) =>
      `<Reference URI="${uri}"><Transforms>${transforms.map(transform).join('')}</Transforms><DigestMethod Algorithm="${digest}"/><DigestValue/></Reference>`,
  )
  return `<Signature xmlns="${dsig}"><SignedInfo><CanonicalizationMethod Algorithm="${canonical}"/><SignatureMethod Algorithm="${algorithm}"/>${written.join('')}</SignedInfo><SignatureValue/>${keyInfo}</Signature>`
}

/** A new pair of keys in PEM, as OpenSSL reads them. */
export function pemKeys(type: 'ec' | 'rsa' = 'ec') {
  const { publicKey, privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privatePem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}
