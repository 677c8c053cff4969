import { randomUUID } from 'node:crypto'
import { type Json, type Method, type Principal, Problem } from '@sallyport/core'
import { any, type Identify, type MethodRule } from '../identify.ts'

/** Whom a test calls as. */
export interface Caller {
  /** The subject of the user, and the name of the application that acts. */
  readonly user?: string
  readonly application?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
  readonly claims?: Readonly<Record<string, Json>>
}

const issuer = 'test'
const identity = (subject: string | undefined) => (subject === undefined ? undefined : { issuer, subject })

function principalOf({ user, application, scopes, roles, groups, claims = {} }: Caller): Principal {
  return {
    user: identity(user),
    application: identity(application),
    actors: [],
    credential: { kind: 'test', id: user ?? application ?? '' },
    scopes: new Set(scopes),
    roles: new Set(roles),
    groups: new Set(groups),
    claims,
  }
}

/** Where the credential stands that only tests have. */
const header = 'x-test-caller'

/** A way to tell callers by what was agreed with them in this process, and nothing else. */
export class Agreed {
  readonly #callers = new Map<string, Principal>()

  /** The fields of a call as somebody. */
  fieldsFor(caller: Caller): Readonly<Record<string, string>> {
    const credential = randomUUID()
    this.#callers.set(credential, principalOf(caller))
    return { [header]: credential }
  }

  /** A way to tell callers, and this one beside it. */
  beside(identify: Identify): Identify {
    return any(identify, this.#rule)
  }

  readonly #method: Method = {
    kind: 'test',
    places: [{ in: 'header', name: header, scheme: undefined }],
    mark: undefined,
    owns: () => true,
    verify: credential => {
      const principal = this.#callers.get(credential)
      if (principal === undefined) throw new Problem('credential-bad', {}, 'nobody was agreed by this')
      return principal
    },
    challenge: undefined,
  }

  readonly #rule: MethodRule = { bound: { kind: 'test', label: 'test', config: {}, create: () => this.#method } }
}
