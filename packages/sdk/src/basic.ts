import type { UserEntry } from '@sallyport/core'
import { identifyKinds } from '@sallyport/stages'
import { declared } from './declared.ts'
import type { MethodRule } from './identify.ts'

export interface BasicUser {
  readonly name: string
  /** What `hashPassword` gave. */
  readonly password: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
}

const entryOf = ({ name, password, scopes = [], roles = [] }: BasicUser): UserEntry => {
  if (!password.startsWith('$argon2id$'))
    throw new TypeError(`basic.users: ${name} needs what hashPassword gives, not a password`)
  return { name, password, scopes, roles }
}

/** A name and password (RFC 7617). */
export function basic({ users, realm }: { readonly users: readonly BasicUser[]; readonly realm?: string }): MethodRule {
  return { bound: declared('basic', identifyKinds.basic.settings, { realm }), users: users.map(entryOf) }
}
