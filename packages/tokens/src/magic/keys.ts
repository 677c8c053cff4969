import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { readJson } from '@sallyport/core'
import { z } from 'zod'
import { newSigningKey, type SigningKey, signingKey } from '../signing-key.ts'
import { BadKey } from '../verification-key.ts'
import { newSealingKey, type SealingKey, sealingKey } from './sealing.ts'

/** The keys of magic tokens, the newest last: it makes tokens, the earlier ones still read theirs until they are taken out. */
export interface MagicKeys {
  readonly signing: readonly SigningKey[]
  readonly sealing: readonly SealingKey[]
}

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
export function rotateMagicKeys({ signing, sealing }: MagicKeys): MagicKeys {
  const { signing: signs, sealing: seals } = newMagicKeys()
  return { signing: [...signing, ...signs], sealing: [...sealing, ...seals] }
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
