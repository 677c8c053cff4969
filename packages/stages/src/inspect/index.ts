import type { Guard } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { body } from './body.ts'
import { csrf } from './csrf/csrf.ts'
import { decrypt } from './decrypt.ts'
import { digest } from './digest.ts'
import { document } from './document.ts'
import { json } from './json.ts'
import { signature } from './signature.ts'
import { threats } from './threats/threats.ts'
import { xml } from './xml.ts'
import { xmlSignature } from './xml-signature.ts'

/** The rules that inspect knows, in the order in which they are judged. */
export const inspectKinds = {
  digest,
  signature,
  xmlSignature,
  decrypt,
  threats,
  json,
  body,
  document,
  xml,
  csrf,
} satisfies Record<string, Kind<Guard>>
