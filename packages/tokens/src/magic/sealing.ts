import { createPublicKey } from 'node:crypto'
import { Secret, type UpstreamCredential } from '@sallyport/core'
import { z } from 'zod'
import { readObject } from '../jws.ts'
import { faultOf } from './claims.ts'
import { enc, openJwe, refuse } from './opening.ts'
import type { SealingKey } from './sealing-key.ts'

const fieldName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'needs a header name')
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\x00-\x1f\x7f]*$/, 'must hold no control character')
const value = text(4096).min(1, 'is empty')

/** A credential as it is sealed. */
export const sealedCredential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), name: fieldName, scheme: fieldName.optional(), value }),
  z.strictObject({
    kind: z.literal('basic'),
    username: text(256).regex(/^[^:]*$/, 'must hold no colon'),
    password: value,
  }),
  z.strictObject({ kind: z.literal('query'), name: text(128).min(1), value }),
])
export type SealedCredential = z.output<typeof sealedCredential>

const plaintext = z.strictObject({ v: z.literal(1), aud: z.string(), jti: z.string(), credential: sealedCredential })

/** Where a sealed credential belongs. */
interface Place {
  readonly aud: string
  readonly jti: string
}

/** Seals a credential for one token: a compact JWE. Twice the same gives two texts. */
export async function sealCredential(credential: SealedCredential, place: Place, key: SealingKey): Promise<string> {
  const { CompactEncrypt } = await import('jose') // only minting needs it
  const sealed = JSON.stringify({ v: 1, aud: place.aud, jti: place.jti, credential })
  return new CompactEncrypt(Buffer.from(sealed))
    .setProtectedHeader({ alg: key.alg, enc, kid: key.kid })
    .encrypt(createPublicKey(key.key))
}

function outgoing(credential: SealedCredential): UpstreamCredential {
  switch (credential.kind) {
    case 'header': {
      const { name, scheme } = credential
      return { kind: 'header', name, scheme, value: new Secret(credential.value) }
    }
    case 'basic':
      return { kind: 'basic', username: credential.username, password: new Secret(credential.password) }
    case 'query':
      return { kind: 'query', name: credential.name, value: new Secret(credential.value) }
    default:
      credential satisfies never
      throw new TypeError('a sealed credential of unknown kind')
  }
}

/** The credential that a token carries. A BadToken where it doesn't open, or was sealed for another token. */
export function openCredential(jwe: string, place: Place, keys: readonly SealingKey[]): UpstreamCredential {
  const read = plaintext.safeParse(readObject(openJwe(jwe, keys), 'payload'))
  // The words of an issue may quote what stands there.
  if (!read.success) throw refuse(`is not one: ${faultOf(read.error).split(':')[0]}`)
  const { aud, jti, credential } = read.data
  if (aud !== place.aud || jti !== place.jti) throw refuse('was sealed for another token')
  return outgoing(credential)
}
