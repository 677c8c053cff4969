import { hash } from 'node:crypto'

/** What a key is derived for (RFC 7518 section 4.6.2). */
export interface KeyUse {
  /** For ECDH-ES by itself the `enc` of the JWE. */
  readonly algorithm: string
  /** `apu` and `apv`, decoded: none here, and those of the RFC's example. */
  readonly parties?: readonly [apu: string, apv: string]
  /** Of the key: one round of SHA-256 gives 32 at the most. */
  readonly bytes: number
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const counted = (text: string) => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)])

/** All that is hashed beside the secret; the same for every key of one use. */
function otherInfo({ algorithm, parties = ['', ''], bytes }: KeyUse): Buffer {
  if (bytes > 32) throw new RangeError('one round gives 32 bytes')
  return Buffer.concat([...[algorithm, ...parties].map(counted), uint32(bytes * 8)])
}

/**
 * The Concat KDF of NIST SP 800-56A as RFC 7518 section 4.6.2 has it, which node:crypto doesn't offer and jose only where it waits: one
 * SHA-256 over a layout that the RFC fixes. Gives what makes keys of agreed secrets.
 */
export function concatKdf(use: KeyUse): (secret: Buffer) => Buffer {
  const [round, info] = [uint32(1), otherInfo(use)]
  return secret => hash('sha256', Buffer.concat([round, secret, info]), 'buffer').subarray(0, use.bytes)
}
