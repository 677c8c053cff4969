import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'
import { guardedPath, plainPath, type Server, type Site } from './server.ts'
import { versionsOf } from './versions.ts'

const script = fileURLToPath(new URL('fastify-server.mjs', import.meta.url))

/** `remembered` verified tokens at most are kept by @fastify/jwt, whose default is none. */
export async function startFastify(site: Site, name: string, remembered: number): Promise<Server> {
  const port = await freePort()
  const { folder, core, backendPort, issuer, audience, publicKey } = site
  const log = join(folder, `${name}.log`)
  const args = [script, JSON.stringify({ port, backendPort, issuer, audience, publicKey, remembered })]
  const pid = await startPinned({ core, command: process.execPath, args, output: log, port, path: plainPath })
  const version = versionsOf('fastify', '@fastify/http-proxy', '@fastify/jwt', '@fastify/rate-limit')
  return { name, version, pid, log, routes: { guarded: { port, path: guardedPath }, plain: { port, path: plainPath } } }
}
