import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'
import type { Server, Site } from '../servers/server.ts'
import { versionsOf } from '../servers/versions.ts'
import { secret } from '../tokens.ts'

/** A program of ./servers, and the options that are its own. It is told its port, and whose tokens are good. */
interface Program {
  readonly name: string
  readonly script: string
  readonly options: Readonly<Record<string, unknown>>
  readonly version: string
}

const express = ['@nestjs/core', '@nestjs/platform-express'] as const
const onFastify = ['@nestjs/core', '@nestjs/platform-fastify'] as const
const guards = ['@nestjs/jwt', '@nestjs/throttler', 'class-validator'] as const
const plugins = ['fastify', '@fastify/jwt', '@fastify/rate-limit'] as const
const own = `sallyport, Node ${process.versions.node}`

const programs = {
  sallyport: () => ({ script: 'sallyport.ts', options: { recorded: false }, version: own }),
  'sallyport-recorded': () => ({ script: 'sallyport.ts', options: { recorded: true }, version: own }),
  fastify: () => ({ script: 'fastify.mjs', options: { remembered: 0 }, version: versionsOf(...plugins) }),
  'fastify-cached': () => ({ script: 'fastify.mjs', options: { remembered: 20_000 }, version: versionsOf(...plugins) }),
  nest: () => ({ script: 'nest.mjs', options: { adapter: 'express' }, version: versionsOf(...express, ...guards) }),
  'nest-fastify': () => ({
    ...{ script: 'nest.mjs', options: { adapter: 'fastify' } },
    version: versionsOf(...onFastify, ...guards),
  }),
  hono: () => ({ script: 'hono.mjs', options: {}, version: versionsOf('hono', '@hono/node-server') }),
} satisfies Record<string, () => Omit<Program, 'name'>>

export type Name = keyof typeof programs

/** The paths are the same everywhere, so that all servers read the same requests. */
export const paths = { hs256: '/hs256/orders', rs256: '/rs256/orders', plain: '/items/bolt' }

/** Without a log, and in production as its documentation shows it. */
export async function startFramework({ folder, core, issuer, audience, publicKey }: Site, name: Name): Promise<Server> {
  const { script, options, version } = programs[name]()
  const port = await freePort()
  const file = fileURLToPath(new URL(`servers/${script}`, import.meta.url))
  const told = { port, issuer, audience, secret, publicKey, ...options }
  const pid = await startPinned({
    ...{ core, command: process.execPath, args: [file, JSON.stringify(told)] },
    ...{ output: join(folder, `${name}.log`), port, path: paths.plain },
  })
  const routes = { guarded: { port, path: paths.hs256 }, plain: { port, path: paths.plain } }
  return { name, version, pid, log: undefined, routes }
}
