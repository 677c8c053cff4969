import { identifyKinds } from '@sallyport/stages'
import { requireArgon2 } from '@sallyport/tokens'
import { z } from 'zod'
import { declared } from './declared.ts'
import { knowing, type MethodRule } from './identify.ts'

export interface BasicUser {
  readonly name: string
  /** What `hashPassword` gave. */
  readonly password: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
}

const text = z.string().min(1)
const options = z.strictObject({
  realm: z.unknown().optional(),
  users: z
    .array(
      z.strictObject({
        name: text.regex(/^[^:]*$/, 'must not hold a colon (RFC 7617)'),
        password: z.string().startsWith('$argon2id$', 'needs what hashPassword gives, not a password'),
        scopes: z.array(text).default([]),
        roles: z.array(text).default([]),
      }),
    )
    .min(1),
})

/** A name and password (RFC 7617). Throws TypeError for passwords that aren't hashed, names that stand twice, and where nothing can hash. */
export function basic(written: { readonly users: readonly BasicUser[]; readonly realm?: string }): MethodRule {
  requireArgon2('basic')
  const { users, realm } = declared('basic', options, written)
  const byName = new Map(users.map(user => [user.name, user]))
  if (byName.size < users.length) throw new TypeError('basic.users: a name stands twice')
  return knowing(declared('basic', identifyKinds.basic.settings, { realm }), ({ sets }) => ({
    sets: { ...sets, user: name => byName.get(name) },
  }))
}
