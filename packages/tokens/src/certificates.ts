import { X509Certificate } from 'node:crypto'

const pem = /-----BEGIN (?:X509 )?CERTIFICATE-----[^-]+-----END (?:X509 )?CERTIFICATE-----/g

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}

/** Whether a text has certificates in PEM, and no broken one. TLS takes an empty one for leave to trust every public authority. */
export function holdsCertificates(text: string): boolean {
  const blocks = text.match(pem) ?? []
  return blocks.length > 0 && blocks.every(isCertificate)
}
