import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMagicKeys } from '@sallyport/tokens'
import type { Run } from './bench.ts'
import type { Requests } from './load.ts'
import { magicToken, newMagicTokens } from './magic-tokens.ts'
import { measure } from './measure.ts'
import type { Goal, Result } from './report.ts'
import { checkThatTheyGuard } from './self-check.ts'
import { magicKeysOf, magicPlace, startSallyport } from './servers/sallyport.ts'
import { guardedPath, type Server } from './servers/server.ts'
import { fewCycles, newTokens, requestsTo, someToken } from './tokens.ts'

/** As many as a gateway takes unless told. */
const parts = 4
const warmUp = 5
/** More than are verified in a window: making one takes longer than verifying it. */
const newPerWindow = 4_000

interface Case {
  readonly name: string
  readonly title: string
  readonly magic: Requests
  readonly jwt: Requests
  readonly cycles?: typeof fewCycles
  readonly goals: readonly Goal[]
}

/** Throws unless magic tokens are asked for, judged and taken. */
async function checkThatItJudges({ routes }: Server, token: string): Promise<void> {
  const altered = `${token.slice(0, 300)}${token[300] === 'A' ? 'B' : 'A'}${token.slice(301)}`
  const probes = [
    { what: 'a token', path: magicPlace.path, token, expected: 200 },
    { what: 'a tampered token', path: magicPlace.path, token: altered, expected: 401 },
    { what: 'a path that it does not name', path: '/magic/other', token, expected: 403 },
  ]
  for (const { what, path, token: bearer, expected } of probes) {
    const headers = { authorization: `Bearer ${bearer}` }
    const { status } = await fetch(`http://127.0.0.1:${routes.guarded.port}${path}`, { headers })
    if (status !== expected) throw new Error(`${what} is answered ${status}; it should be ${expected}`)
  }
}

/** The guarded route with magic tokens beside the same with JWTs: one gateway each, the same rules but for who calls. */
export async function benchMagic(run: Run): Promise<readonly Result[]> {
  const { site, loadCore, say } = run
  const servers = [await startSallyport(site, 'magic', []), await startSallyport(site, 'jwt', [])] as const
  const [magic] = servers
  await checkThatTheyGuard(servers)
  const keys = readMagicKeys(readFileSync(magicKeysOf(site, magic.name), 'utf8'))
  const make = (count: number) => magicToken(keys, `http://127.0.0.1:${site.backendPort}`, count)
  const warm = await make(1)
  await checkThatItJudges(magic, warm)
  const file = (name: string) => join(site.folder, name)
  const oneJwt = requestsTo(file('jwt'), [guardedPath], await someToken())
  const newJwts = await newTokens(say)
  const newWindows = Math.min(run.windows, fewCycles.windows)
  const ofParts = (name: string, count: number) => {
    const windows = newWindows + fewCycles.warmUp
    say(`making ${windows * newPerWindow} magic tokens, parts in each: ${count}`)
    return newMagicTokens(file(name), windows, newPerWindow, () => make(count))
  }
  const cases: readonly Case[] = [
    {
      name: 'warm',
      title: 'The guarded route, one magic token and one JWT',
      magic: requestsTo(file('warm'), [magicPlace.path], warm),
      jwt: oneJwt,
      goals: [{ peer: 'jwt', metric: 'processor', atMost: 1.1 }],
    },
    {
      name: 'new',
      title: 'The guarded route, no token seen twice',
      magic: await ofParts('new', 1),
      jwt: newJwts,
      cycles: fewCycles,
      goals: [],
    },
    {
      name: 'new-parts',
      title: `The guarded route, no token seen twice, magic ones in ${parts} parts`,
      magic: await ofParts('new-parts', parts),
      jwt: newJwts,
      cycles: fewCycles,
      goals: [],
    },
  ]
  const results: Result[] = []
  for (const { name, title, cycles, goals, ...requests } of cases) {
    const windows = cycles === undefined ? run.windows : newWindows
    say(`${title}: ${windows} windows of 1 s each`)
    const requestsFor = (server: Server) => (server === magic ? requests.magic : requests.jwt)
    const plan = { servers, route: 'guarded', windows, warmUp: cycles?.warmUp ?? warmUp, core: loadCore } as const
    const series = await measure({ ...plan, requestsFor })
    results.push({ name: `magic/${name}`, title, ours: magic.name, series, goals })
  }
  return results
}
