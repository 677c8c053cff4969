import { randomBytes } from 'node:crypto'
import { Secret } from '@sallyport/core'
import { hashPassword, newApiKey } from '@sallyport/tokens'

/** What a key of the keys file may and where it may be used. */
export interface KeyRules {
  readonly application?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly expires?: string
  readonly ips?: readonly string[]
  readonly referers?: readonly string[]
}

/** An API key with the entry that the keys file has for it: never the key, only its hash. */
export function newKey(rules: KeyRules = {}) {
  const { id, key, hash } = newApiKey(randomBytes)
  return { id, key: key.reveal(), entry: { id, hash, ...rules } }
}

/** The text of a keys file. JSON is YAML. */
export const keysFile = (keys: Readonly<Record<string, ReturnType<typeof newKey>>>) =>
  JSON.stringify({ keys: Object.fromEntries(Object.entries(keys).map(([name, { entry }]) => [name, entry])) })

/** The text of a users file with these passwords. */
export async function usersFile(passwords: Readonly<Record<string, string>>): Promise<string> {
  const hashed = Object.entries(passwords).map(async ([name, password]) => {
    return [name, { password: await hashPassword(new Secret(password), randomBytes) }] as const
  })
  return JSON.stringify({ users: Object.fromEntries(await Promise.all(hashed)) })
}

/** A name and password as RFC 7617 sends them. */
export const basicOf = (name: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`,
})
