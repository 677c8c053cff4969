import { BadToken } from './bad-token.ts'
import { fromBase64url } from './base64url.ts'
import { type JsonObject, readObject } from './jws.ts'
import type { OpeningKey } from './recipient-key.ts'
import type { VerificationKey } from './verification-key.ts'

/** The one content encryption that there is (RFC 7518 section 5.3). */
const enc = 'A256GCM'

/** The header members that there may be: apu, apv, zip, crit and the ways to point to a key are none of them. */
const headerMembers: ReadonlySet<string> = new Set(['alg', 'enc', 'kid', 'epk', 'cty', 'typ'])

/** Loaded when it is first needed: most gateways encrypt nothing. */
const jose = () => import('jose')

/** What is encrypted, and what its header says of it beside algorithms and key. */
export interface Sealing {
  readonly plaintext: Uint8Array
  /** The media type of the plaintext, as `cty` (RFC 7516 section 4.1.12). */
  readonly cty: string
}

/** Every key that something is encrypted for has a name and one algorithm. */
function headerFor({ kid = '', algorithms }: VerificationKey) {
  const [alg = ''] = algorithms
  return { alg, kid }
}

/** For one recipient a compact JWE (RFC 7516 section 7.1). */
export async function sealFor(recipient: VerificationKey, { plaintext, cty }: Sealing): Promise<string> {
  const { CompactEncrypt } = await jose()
  const header = { ...headerFor(recipient), enc, cty }
  return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(recipient.key)
}

/** For several recipients, any of whom can open it, a JWE in general JSON form (RFC 7516 section 7.2.1). */
export async function sealForAll(recipients: readonly VerificationKey[], { plaintext, cty }: Sealing): Promise<object> {
  const { GeneralEncrypt } = await jose()
  const sealing = new GeneralEncrypt(plaintext).setProtectedHeader({ enc, cty })
  for (const recipient of recipients) sealing.addRecipient(recipient.key).setUnprotectedHeader(headerFor(recipient))
  return sealing.encrypt()
}

/** What was in a JWE. */
export interface Opened {
  readonly plaintext: Uint8Array
  readonly cty: string | undefined
}

const bad = (reason: string) => new BadToken('claim', `what is encrypted ${reason}`)

/** The header of a compact JWE whose five parts are written as they must be (RFC 7515 section 2): jose would let blanks by. */
function headerOf(jwe: string): JsonObject {
  const parts = jwe.split('.').map(fromBase64url)
  const [header] = parts
  if (parts.length !== 5 || header === undefined || parts.includes(undefined)) throw bad('is no compact JWE')
  return readObject(header, 'header')
}

function keyFor(header: JsonObject, keys: readonly OpeningKey[]): OpeningKey {
  const key = keys.find(({ kid }) => kid === header.kid)
  if (key === undefined) throw new BadToken('key', 'what is encrypted is for a key that is not here')
  if (header.alg !== key.alg || header.enc !== enc) throw bad('is by another algorithm than its key is for')
  if (Object.keys(header).some(name => !headerMembers.has(name))) throw bad('has a header member that is not read')
  return key
}

/**
 * Opens a compact JWE for one of these keys, whose kid it names. Throws BadToken, with nothing in it that tells why the key didn't fit.
 */
export async function openSealed(jwe: string, keys: readonly OpeningKey[]): Promise<Opened> {
  const header = headerOf(jwe)
  const { alg, key } = keyFor(header, keys)
  const { cty } = header
  if (cty !== undefined && typeof cty !== 'string') throw bad('has a cty that is no text')
  const allowed = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] }
  const { compactDecrypt } = await jose()
  try {
    const { plaintext } = await compactDecrypt(jwe, key, allowed)
    return { plaintext, cty }
  } catch {
    throw bad('cannot be opened')
  }
}
