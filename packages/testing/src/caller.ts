import { randomUUID } from 'node:crypto'
import {
  type Attribute,
  type AttributeType,
  attributeOf,
  type IdentifyTree,
  type Json,
  leavesOf,
  type Method,
  type Principal,
  Problem,
  type Rule,
} from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'

/** Whom a test calls as. */
export interface Caller {
  /** The subject of the user, and the name of the application that acts. */
  readonly user?: string
  readonly application?: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
  /** By the names that rules know them by. */
  readonly claims?: Readonly<Record<string, Json>>
}

type Tree = IdentifyTree<Rule<StagePorts, Method>>
type Types = Readonly<Record<string, AttributeType>>

const issuer = 'test'
const identity = (subject: string | undefined) => (subject === undefined ? undefined : { issuer, subject })

/** The declared claims that a caller has, as a token would bring them: one that isn't of its type is told as undefined. */
function attributesOf(
  claims: Readonly<Record<string, Json>>,
  types: Types,
): ReadonlyMap<string, Attribute | undefined> {
  const declared = Object.entries(types).filter(([name]) => Object.hasOwn(claims, name))
  return new Map(declared.map(([name, type]) => [name, attributeOf(type, claims[name])]))
}

function principalOf(caller: Caller, types: Types): Principal {
  const { user, application, scopes, roles, groups, claims = {} } = caller
  return {
    user: identity(user),
    application: identity(application),
    actors: [],
    credential: { kind: 'test', id: user ?? application ?? '' },
    scopes: new Set(scopes),
    roles: new Set(roles),
    groups: new Set(groups),
    claims,
    attributes: attributesOf(claims, types),
  }
}

/** Where the credential stands that only tests have. Fields of this prefix never cross to an upstream. */
const header = 'sallyport-test-caller'

/** A way to tell callers by what was agreed with them in this process, and nothing else. */
export class Agreed {
  readonly #callers = new Map<string, Caller>()
  readonly #made = new WeakMap<object, Tree>()

  /** The fields of a call as somebody. */
  fieldsFor(caller: Caller): Readonly<Record<string, string>> {
    const credential = randomUUID()
    this.#callers.set(credential, caller)
    return { [header]: credential }
  }

  /** Ways to tell callers, and this one beside them. */
  beside(tree: Tree): Tree {
    const made = this.#made.get(tree) ?? { any: [tree, this.#ruleBeside(tree)] }
    this.#made.set(tree, made)
    return made
  }

  #ruleBeside(tree: Tree): Rule<StagePorts, Method> {
    return {
      ...{ kind: 'test', name: 'test', from: 'gateway', owner: 'test', label: 'whom a test names', config: {} },
      create: ports =>
        this.#method(Object.assign({}, ...leavesOf(tree).map(rule => rule.create(ports, rule).attributes ?? {}))),
    }
  }

  #method(types: Types): Method {
    return {
      kind: 'test',
      places: [{ in: 'header', name: header, scheme: undefined }],
      mark: undefined,
      owns: () => true,
      verify: credential => {
        const caller = this.#callers.get(credential)
        if (caller === undefined) throw new Problem('credential-bad', {}, 'nobody was agreed by this')
        return principalOf(caller, types)
      },
      challenge: undefined,
    }
  }
}
