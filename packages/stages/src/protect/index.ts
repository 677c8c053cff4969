import type { Guard } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { body } from './body.ts'
import { cors } from './cors.ts'
import { digest } from './digest.ts'
import { document } from './document.ts'
import { encrypt } from './encrypt.ts'
import { errors } from './errors.ts'
import { httpSignature } from './http-signature.ts'
import { redact } from './redact/redact.ts'
import { securityHeaders } from './security-headers/security-headers.ts'
import { sign } from './sign.ts'
import { xml } from './xml.ts'

/** The rules that protect knows, in the order in which they are judged. */
export const protectKinds = {
  errors,
  body,
  document,
  xml,
  redact,
  encrypt,
  sign,
  cors,
  securityHeaders,
  digest,
  httpSignature,
} satisfies Record<string, Kind<Guard>>
