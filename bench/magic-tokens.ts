import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { audienceOf, type MagicKeys, mintMagicToken, narrowMagicToken } from '@sallyport/tokens'
import type { Requests } from './load.ts'
import { magicPlace } from './servers/sallyport.ts'

const permit = { permit: [{ method: 'GET', path: '/items' }] }
const credential = { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: 'x'.repeat(40) } as const

/** A token of so many parts for `GET /items`; one of more than one is sealed. `origin` is the upstream's. */
export async function magicToken(keys: MagicKeys, origin: string, parts: number): Promise<string> {
  const audience = audienceOf(magicPlace.api, origin)
  const order = { ...magicPlace, audience, credential, lifeSeconds: 86_400, constraints: permit, chain: parts > 1 }
  let { token } = await mintMagicToken(order, keys, { now: Date.now(), random: randomBytes })
  for (let part = 2; part <= parts; part++)
    token = narrowMagicToken(token, { constraints: permit, seal: part === parts })
  return token
}

/** Calls with a token each that no other call bears, so many for one window. */
export async function newMagicTokens(
  file: string,
  windows: number,
  perWindow: number,
  make: () => Promise<string>,
): Promise<Requests> {
  const count = windows * perWindow
  const lines: string[] = []
  while (lines.length < count) lines.push(`${magicPlace.path} ${await make()}\n`)
  writeFileSync(file, lines.join(''))
  return { file, count, perWindow }
}
