import { randomBytes } from 'node:crypto'
import { readTarget } from '@sallyport/core'
import type { JsonObject } from '../../jws.ts'
import {
  createMagicVerifier,
  type JudgedRequest,
  judge,
  type MagicToken,
  mintMagicToken,
  newMagicKeys,
  Work,
} from '../index.ts'

/*
 * For tests: tokens of one gateway, and calls to judge by them.
 */

/** 2026-03-01T12:00:00Z, in milliseconds. */
export const now = 1_772_366_400_000
export const keys = newMagicKeys()
export const place = { issuer: 'https://api.example.com', audience: 'github https://api.github.com' }
export const secret = 'ghp_the-real-credential'

export async function minted(constraints: JsonObject, { chain = false, lifeSeconds = 3600, keyring = keys } = {}) {
  const credential = { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: secret } as const
  const order = { ...place, credential, lifeSeconds, constraints, chain }
  return (await mintMagicToken(order, keyring, { now, random: randomBytes })).token
}

/** A verifier that has seen nothing. */
export const verifier = () => createMagicVerifier({ keys, randomKey: randomBytes(32) })

export const verified = async (token: string): Promise<MagicToken> => verifier().verify(token)

/** A call as the gateway would have it judged, body left aside. */
export function requestOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string[]>> = {},
): JudgedRequest {
  const { path, segments, slashed, query = '', matrix } = readTarget(target)
  const decoded = slashed === undefined ? [] : [{ text: path.replace(/%2f/gi, '/'), segments: slashed }]
  const pairs = [...new URLSearchParams(query)] as [string, string][]
  return {
    ...{ method, paths: [{ text: path, segments }, ...decoded], matrix, asked: [] },
    query: () => pairs,
    header: name => headers[name] ?? [],
  }
}

/** Whether every part of a token permits a call, whatever its body. */
export function permits({ parts }: Pick<MagicToken, 'parts'>, request: JudgedRequest): boolean {
  const work = new Work()
  return parts.every(({ entries }) => entries === undefined || judge(entries, request, work) !== 'never')
}
