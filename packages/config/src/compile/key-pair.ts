import { createSecureContext } from 'node:tls'
import { holdsCertificates } from '@sallyport/tokens'

/** Whether these are certificates in PEM, and the private key of the first. Of empty texts TLS says nothing before somebody calls. */
export function isKeyPair(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key })
    return holdsCertificates(cert) && key.trim() !== ''
  } catch {
    return false
  }
}
