import { z } from 'zod'
import { folderWith } from '../harness/command.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { startProgram } from './program.ts'

export interface Registry {
  readonly url: string
  /** The real credential of a user who may read and publish everything. */
  readonly token: string
}

const created = z.object({ token: z.string() })

async function newUser(url: string): Promise<string> {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:alice`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'alice', password: 'correct horse battery' }),
  })
  return created.parse(await answer.json()).token
}

/**
 * Verdaccio, a real npm registry, empty, that shows nothing to strangers. `publicUrl` is where its clients reach it, for the tarballs'
 * addresses in its metadata; else it takes the Host that it is called by.
 */
export async function startRegistry(t: Lifetime, publicUrl?: string): Promise<Registry> {
  const folder = await folderWith(t)
  const env = publicUrl === undefined ? {} : { VERDACCIO_PUBLIC_URL: publicUrl }
  const { out } = startProgram(t, 'registry.mjs', [folder], env)
  await out.said('\n')
  const url = `http://127.0.0.1:${out.text.replace(/^port /, '').trim()}`
  return { url, token: await newUser(url) }
}
