import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'
import { guardedPath, plainPath, type Server, type Site } from './server.ts'

const home = new URL('../../packages/sallyport/', import.meta.url)
const command = fileURLToPath(new URL('bin/sallyport.js', home))

/** Operations of an API of ordinary shape, as keys of `operations`: five an area. */
export function operationsOf(count: number): readonly string[] {
  const shapes = ['GET /a#', 'POST /a#', 'GET /a#/{id}', 'PUT /a#/{id}', 'GET /a#/{id}/parts']
  const key = (i: number) => (shapes[i % shapes.length] ?? '').replace('#', String(Math.floor(i / shapes.length)))
  return Array.from({ length: count }, (_, i) => key(i))
}

/** Who makes magic tokens here. They call `/magic/items`. */
export const magicPlace = { issuer: 'http://127.0.0.1', api: 'magic', path: '/magic/items' }

/** The file of keys that a server of that name makes magic tokens with. */
export const magicKeysOf = ({ folder }: Site, name: string) => join(folder, `${name}.data`, 'magic-keys.json')

interface Listening {
  readonly http: number
  readonly management: number
  readonly log: string
}

/** JSON, which is YAML too. `others` are operations beside the measured one. */
function configuration(site: Site, listening: Listening, others: readonly string[]): string {
  const scopes = { authorize: { scopes: ['list_items'] } }
  const forward = { to: `http://127.0.0.1:${site.backendPort}` }
  const keys = ['GET /items', ...others]
  return JSON.stringify({
    sallyport: 1,
    gateway: { ...listening, url: magicPlace.issuer },
    issuers: {
      bench: { issuer: site.issuer, audience: site.audience, keys: { file: site.keySet }, algorithms: ['RS256'] },
    },
    apis: {
      warehouse: {
        path: '/warehouse',
        identify: { jwt: 'bench' },
        limit: { burst: { allow: '1000000/second', per: 'user' } },
        forward,
        operations: Object.fromEntries(keys.map(key => [key, scopes])),
      },
      magic: {
        path: '/magic',
        identify: 'magicToken',
        authorize: 'token',
        limit: { burst: { allow: '1000000/second', per: 'application' } },
        forward: { ...forward, credential: 'sealed' },
      },
      open: { path: '/open', identify: 'anonymous', authorize: 'anyone', forward },
    },
  })
}

/** As a user starts it: the command, log and record on. */
export async function startSallyport(site: Site, name: string, others: readonly string[]): Promise<Server> {
  const [http, management, log] = [await freePort(), await freePort(), join(site.folder, `${name}.calls.log`)]
  const file = join(site.folder, `${name}.yaml`)
  writeFileSync(file, configuration(site, { http, management, log }, others))
  const pid = await startPinned({
    core: site.core,
    command: process.execPath,
    args: [command, 'up', '-c', file, '--data', join(site.folder, `${name}.data`)],
    output: join(site.folder, `${name}.log`),
    port: http,
    path: plainPath,
  })
  const { version } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'))
  const routes = { guarded: { port: http, path: guardedPath }, plain: { port: http, path: plainPath } }
  return { name, version: `sallyport ${version}, Node ${process.versions.node}`, pid, log, routes }
}
