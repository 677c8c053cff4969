import { createPublicKey, randomBytes } from 'node:crypto'
import {
  createJwtVerifier,
  createMagicVerifier,
  fixedKeys,
  keySet,
  newMagicKeys,
  newSigningKey,
  signJwt,
  verificationKey,
} from '@sallyport/tokens'
import { compactDecrypt } from 'jose'
import type { Run } from './bench.ts'
import type { Figure, Figures } from './figures.ts'
import { magicToken } from './magic-tokens.ts'
import { median } from './median.ts'

const tokens = 50
const rounds = 40
const fiveParts = 5

interface Work {
  readonly name: string
  readonly title: string
  /** Microseconds of processor. */
  readonly atMost?: number
  run(index: number): unknown
}

/** Microseconds of processor for one: the garbage collector and the thread pool count too, waiting for the core doesn't. */
async function once({ run }: Work): Promise<number> {
  const before = process.cpuUsage()
  for (let index = 0; index < tokens; index++) await run(index)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / tokens
}

async function several(parts: number, keys: ReturnType<typeof newMagicKeys>): Promise<readonly string[]> {
  const made: string[] = []
  while (made.length < tokens) made.push(await magicToken(keys, 'http://127.0.0.1:9001', parts))
  return made
}

/** What verifying costs without HTTP: a plain JWT beside magic tokens that were never seen. */
async function works(): Promise<readonly Work[]> {
  const keys = newMagicKeys()
  // Nothing fits into such a cache, so that every token is new every time.
  const magic = createMagicVerifier({ keys, randomKey: randomBytes(32), cacheBytes: 0 })
  const signer = newSigningKey('ES256')
  const jwtKeys = fixedKeys(keySet([verificationKey(createPublicKey(signer.key), signer.kid, 'ES256')]))
  const clock = { now: () => Date.now(), elapsed: () => performance.now() }
  const rules = { issuer: 'x', audience: ['y'], expiry: 'required', algorithms: ['ES256'] } as const
  const jwts = createJwtVerifier(rules, jwtKeys, { clock, randomKey: randomBytes(32), cacheBytes: 0 }, claims => claims)
  const now = Math.floor(Date.now() / 1000)
  const jwt = signJwt({ iss: 'x', aud: 'y', sub: 'z', scope: 'list_items', iat: now, exp: now + 3600 }, signer, 'JWT')
  const [plain, chains] = [await several(1, keys), await several(fiveParts, keys)]
  const sealed = plain.map(
    text => JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).token as string,
  )
  const [sealing] = keys.sealing
  return [
    { name: 'jwt', title: 'a plain JWT, ES256', run: () => jwts.verify(jwt) },
    { name: 'plain', title: 'a magic token, plain form', run: index => magic.verify(plain[index] ?? '') },
    {
      name: 'five-parts',
      title: 'a magic token in 5 parts, sealed',
      atMost: 1000,
      run: index => magic.verify(chains[index] ?? '', fiveParts),
    },
    {
      name: 'jose-decrypt',
      title: "for reference: jose's compactDecrypt of the sealed credential alone",
      run: index => sealing && compactDecrypt(sealed[index] ?? '', sealing.key),
    },
  ]
}

/** In this process, the kinds in turn, so that what slows the machine for a while slows all. */
export async function benchVerifying({ say }: Run): Promise<readonly Figures[]> {
  say(`verifying tokens in process: ${rounds} rounds`)
  const all = await works()
  const found = new Map<Work, number[]>(all.map(work => [work, []]))
  for (let round = 0; round < rounds; round++)
    for (const work of all) {
      const spent = await once(work)
      // The first quarter warms up the just-in-time compiler.
      if (round >= rounds / 4) found.get(work)?.push(spent)
    }
  const figures = all.map((work): Figure => {
    const { name, title, atMost } = work
    return { name: `verifying/${name}`, title, value: median(found.get(work) ?? []), unit: 'µs/token', atMost }
  })
  return [{ title: 'Verifying a token that was never seen, in process: microseconds of processor', figures }]
}
