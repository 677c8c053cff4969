import type { ApiKeyEntry, Sets, UserEntry } from '@sallyport/core'
import { isAddressRange, refererTest } from '@sallyport/stages'
import { readPasswordHash } from '@sallyport/tokens'
import { z } from 'zod'
import { checkTree } from '../read/check.ts'
import { readDocument } from '../read/document.ts'
import type { Path } from '../read/tree.ts'
import { time } from '../schema/values.ts'
import type { Compilation } from './compilation.ts'

const words = z.array(z.string().min(1)).default([])

const isReferer = (text: string) => refererTest(text) !== undefined

const keysFile = z.strictObject({
  keys: z
    .record(
      z.string(),
      z.strictObject({
        id: z.string().min(1),
        hash: z
          .string()
          .regex(/^sha256:[A-Za-z0-9_-]{43}$/, 'needs sha256: and 43 characters, as `sallyport key create` writes'),
        application: z.string().min(1).optional(),
        created: z.string().optional(),
        expires: time.optional(),
        scopes: words,
        roles: words,
        ips: z.array(z.string().refine(isAddressRange, 'needs an address or a range such as 10.0.0.0/8')).default([]),
        referers: z
          .array(z.string().refine(isReferer, 'needs https://host/*, host/*, *.host/* or a whole URL'))
          .default([]),
      }),
    )
    .default({}),
})

/** One that could not be read would be a user whom nobody ever is. */
const isHash = (text: string) => readPasswordHash(text) !== 'malformed'

const usersFile = z.strictObject({
  users: z
    .record(
      z.string(),
      z.strictObject({
        password: z.string().refine(isHash, 'needs an argon2id hash, as `sallyport user create` writes'),
        created: z.string().optional(),
        scopes: words,
        roles: words,
      }),
    )
    .default({}),
})

async function readTable<T>(path: Path, file: string, schema: z.ZodType<T>, work: Compilation): Promise<T | undefined> {
  const read = await work.read(path, file)
  if (read === undefined) return undefined
  const document = readDocument(read.text, read.file)
  const checked = 'tree' in document ? checkTree(document.tree, schema) : document
  if ('value' in checked) return checked.value
  work.mistakes.push(...checked.mistakes)
  return undefined
}

/** The tables beside the snapshot: API keys by hash, users by name. Kept elsewhere than the rules, and replaced without them. */
export async function compileSets(
  files: { apiKeys?: string | undefined; users?: string | undefined },
  work: Compilation,
): Promise<Sets> {
  const keys = files.apiKeys === undefined ? undefined : await readTable(['apiKeys'], files.apiKeys, keysFile, work)
  const users = files.users === undefined ? undefined : await readTable(['users'], files.users, usersFile, work)
  const byHash = new Map<string, ApiKeyEntry>()
  for (const [name, { expires: expiresAt, application = name, ...entry }] of Object.entries(keys?.keys ?? {})) {
    byHash.set(entry.hash, { ...entry, application, expiresAt })
  }
  const byName = new Map<string, UserEntry>(
    Object.entries(users?.users ?? {}).map(([name, user]) => [name, { name, ...user }]),
  )
  return { apiKey: hash => byHash.get(hash), user: name => byName.get(name) }
}
