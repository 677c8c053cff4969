import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { readJson } from '@sallyport/core'
import { z } from 'zod'
import { newSigningKey, type SigningKey, signingKey } from '../signing-key.ts'
import { BadKey } from '../verification-key.ts'
import { newSealingKey, type SealingKey, sealingKey } from './sealing-key.ts'

/** The keys of magic tokens, the newest last: it makes tokens, the earlier ones still read theirs until they are taken out. */
export interface MagicKeys {
  readonly signing: readonly SigningKey[]
  readonly sealing: readonly SealingKey[]
}

/** What tokens may be signed with. */
export type SigningAlg = 'ES256' | 'RS256'

const jwk = z.record(z.string(), z.string())
const file = z.strictObject({
  magicKeys: z.literal(1),
  signing: z.array(z.strictObject({ alg: z.enum(['ES256', 'RS256']), key: jwk })).min(1),
  sealing: z.array(z.strictObject({ key: jwk })).min(1),
})

const privateKey = (key: JsonWebKey) => createPrivateKey({ key, format: 'jwk' })

/** Two pairs: who can make tokens can't open credentials, and the other way round. */
export const newMagicKeys = (): MagicKeys => ({ signing: [newSigningKey('ES256')], sealing: [newSealingKey()] })

/** A pair more of each; earlier tokens stay good. */
export function rotateMagicKeys({ signing, sealing }: MagicKeys, alg: SigningAlg = 'ES256'): MagicKeys {
  return { signing: [...signing, newSigningKey(alg)], sealing: [...sealing, newSealingKey()] }
}

/**
 * The keys without the one of that name: its tokens are good no more. A BadKey where there is none, and for the newest of its kind,
 * which makes tokens.
 */
export function retireMagicKey({ signing, sealing }: MagicKeys, kid: string): MagicKeys {
  const older = [...signing.slice(0, -1), ...sealing.slice(0, -1)]
  if (!older.some(key => key.kid === kid))
    throw new BadKey('not the name of an earlier key: the newest of each kind stays')
  const others = <Key extends { readonly kid: string }>(keys: readonly Key[]) => keys.filter(key => key.kid !== kid)
  return { signing: others(signing), sealing: others(sealing) }
}

/** Throws BadKey, whose message holds nothing of the text. */
export function readMagicKeys(text: string): MagicKeys {
  try {
    const read = file.parse(readJson(text))
    return {
      signing: read.signing.map(({ alg, key }) => signingKey(privateKey(key), alg)),
      sealing: read.sealing.map(({ key }) => sealingKey(privateKey(key))),
    }
  } catch (error) {
    throw error instanceof BadKey ? error : new BadKey('a file that holds no keys of magic tokens')
  }
}

export function writeMagicKeys({ signing, sealing }: MagicKeys): string {
  const written = {
    magicKeys: 1,
    signing: signing.map(({ alg, key }) => ({ alg, key: key.export({ format: 'jwk' }) })),
    sealing: sealing.map(({ key }) => ({ key: key.export({ format: 'jwk' }) })),
  }
  return `${JSON.stringify(written, null, 2)}\n`
}
