import { type Method, type Principal, Problem, Secret, type UserEntry } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import { refuseBusy } from './busy.ts'

const nobody: ReadonlySet<string> = new Set()
const canonical = /^[A-Za-z0-9+/]+={0,2}$/

/** The user and password of RFC 7617: base64 of UTF-8, split at the first colon. Undefined where it is none. */
function readPair(credential: string): { readonly name: string; readonly password: Secret } | undefined {
  if (!canonical.test(credential) || credential.length > 4096) return undefined
  const bytes = Buffer.from(credential, 'base64')
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const colon = text.indexOf(':')
    return colon < 0 ? undefined : { name: text.slice(0, colon), password: new Secret(text.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

function principalOf(user: UserEntry, realm: string): Principal {
  return {
    user: { issuer: `basic ${realm}`, subject: user.name },
    application: undefined,
    actors: [],
    credential: { kind: 'basic', id: user.name },
    scopes: new Set(user.scopes),
    roles: new Set(user.roles),
    groups: nobody,
    claims: {},
  }
}

const bad = (reason: string) => new Problem('credential-bad', {}, reason)

/** A user's name and password (RFC 7617). An unknown name costs as long as a wrong password. */
export const basic = guardKind({
  kind: 'basic',
  settings: z.strictObject({
    realm: z
      .string()
      .regex(/^[\x20-\x7e]+$/, 'needs printable ASCII')
      .default('sallyport'),
  }),
  label: ({ realm }) => `name and password (${realm})`,
  create: ({ realm }, ports): Method => ({
    kind: 'basic',
    places: [{ in: 'header', name: 'authorization', scheme: 'basic' }],
    mark: undefined,
    owns: () => true,
    account: credential => readPair(credential)?.name,
    async verify(credential) {
      const pair = readPair(credential)
      if (pair === undefined) throw bad('not base64 of name:password')
      const user = ports.sets.user(pair.name)
      const good = await ports.passwords.check(user?.password, pair.password).catch(refuseBusy)
      if (user === undefined || !good)
        throw bad(`wrong name or password for ${JSON.stringify(pair.name.slice(0, 100))}`)
      return principalOf(user, realm)
    },
    challenge: { scheme: 'Basic', parameters: [`realm="${realm.replace(/[\\"]/g, '\\$&')}"`, 'charset="UTF-8"'] },
  }),
})
