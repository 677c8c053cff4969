import type { Requests } from '../load.ts'
import { fewCycles, requestsWithTokens, secretToken, token } from '../tokens.ts'
import { paths } from './server.ts'

/** The order that all calls place. */
export const orderBody = '{"item":"bolt","count":2}'

/** So many callers call again and again. */
const callers = 100

type Say = (line: string) => void

const bearing = {
  hs256: { name: 'hs256-', path: paths.hs256, sign: secretToken },
  rs256: { name: 'rs256-', path: paths.rs256, sign: token },
}

export type Signed = keyof typeof bearing

/** More than any server here answers in a window. */
const newPerWindow = { hs256: 30_000, rs256: 15_000 } satisfies Record<Signed, number>

/** Orders of callers in turn, each with the same token every time. */
export async function knownTokens(signed: Signed, say: Say): Promise<Requests> {
  return { ...(await requestsWithTokens(callers, say, bearing[signed])), body: orderBody }
}

/** Orders with tokens that are used in one window each. */
export async function newTokens(signed: Signed, say: Say): Promise<Requests> {
  const perWindow = newPerWindow[signed]
  const count = (fewCycles.windows + fewCycles.warmUp) * perWindow
  return { ...(await requestsWithTokens(count, say, bearing[signed])), perWindow, body: orderBody }
}
