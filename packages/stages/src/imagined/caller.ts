import type { ImaginedCaller } from '@sallyport/contract'
import {
  type Attribute,
  type AttributeType,
  attributeOf,
  type IdentifyTree,
  type Identity,
  leavesOf,
  type Method,
  nearest,
  type Operation,
  type Principal,
  Problem,
  type Rule,
  type Sets,
  type Snapshot,
} from '@sallyport/core'
import { identifyLabel } from '../identify/identification.ts'
import type { Issuer, StagePorts } from '../ports.ts'
import { imaginedField } from './arrival.ts'

const issuer = 'imagined'
const named = (subject: string | undefined): Identity | undefined =>
  subject === undefined ? undefined : { issuer, subject }

type GivenClaims = NonNullable<ImaginedCaller['claims']>
type Declared = Readonly<Record<string, AttributeType>>

/** What is given as text is read as what it stands for. */
const readers: Readonly<Record<AttributeType, (given: string) => unknown>> = {
  text: given => given,
  number: given => (/^-?\d+$/.test(given) ? Number(given) : given),
  boolean: given => ({ true: true, false: false })[given] ?? given,
  texts: given => given.split(','),
}

const unfit = (name: string, message: string) =>
  new Problem('input-invalid', { errors: { [`as.claims.${name}`]: [message] } }, `the claim ${name} ${message}`)

function attributeGiven(name: string, given: GivenClaims[string], type: AttributeType): Attribute {
  const attribute = attributeOf(type, typeof given === 'string' ? readers[type](given) : given)
  if (attribute === undefined) throw unfit(name, `is no ${type === 'texts' ? 'list of texts' : type}`)
  return attribute
}

/** Throws Problem `input-invalid` where nobody who vouches for callers declares a claim. */
function requireDeclared(claims: GivenClaims, declared: readonly Declared[]): void {
  const names = new Set(declared.flatMap(each => Object.keys(each)))
  for (const name of Object.keys(claims)) {
    if (names.has(name)) continue
    const near = nearest(name, names)
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    throw unfit(name, `is declared by none of the issuers${meant}`)
  }
}

/** The claims of an imagined caller that somebody declares. */
const attributesOf = (claims: GivenClaims, declared: Declared): ReadonlyMap<string, Attribute> =>
  new Map(
    Object.entries(claims).flatMap(([name, given]) => {
      const type = Object.hasOwn(declared, name) ? declared[name] : undefined
      return type === undefined ? [] : [[name, attributeGiven(name, given, type)] as const]
    }),
  )

/** The caller that is imagined; the rights of a user whom the users file knows, unless others are given. */
function principalOf(caller: ImaginedCaller, sets: Sets, declared: Declared): Principal {
  const { user, application, scopes, roles, groups, claims = {} } = caller
  const known = user === undefined ? undefined : sets.user(user)
  return {
    user: named(user),
    application: named(application),
    actors: [],
    credential: { kind: issuer, id: user ?? application ?? '' },
    scopes: new Set(scopes ?? known?.scopes),
    roles: new Set(roles ?? known?.roles),
    groups: new Set(groups),
    claims: {},
    attributes: attributesOf(claims, declared),
  }
}

function methodOf(principal: Principal, attributes: Declared): Method {
  return {
    kind: issuer,
    places: [{ in: 'header', name: imaginedField, scheme: undefined }],
    mark: undefined,
    owns: () => true,
    verify: () => principal,
    attributes,
    challenge: undefined,
  }
}

type Tree = IdentifyTree<Rule<StagePorts, Method>>

/** The claims that the methods of an operation declare; of two under one name the last. */
const declaredIn = (tree: Tree, ports: StagePorts): Declared =>
  Object.assign({}, ...leavesOf<Rule<StagePorts, Method>>(tree).map(rule => rule.create(ports, rule).attributes ?? {}))

/**
 * The same rules, but that every operation takes the imagined caller for who is calling. Throws Problem `input-invalid` where a claim is
 * declared nowhere, or isn't what it was declared to be.
 */
export function asCaller(
  snapshot: Snapshot<StagePorts, Issuer>,
  caller: ImaginedCaller,
  ports: StagePorts,
): Snapshot<StagePorts, Issuer> {
  const trees = new Set(snapshot.apis.flatMap(({ operations }) => operations.map(({ identify }) => identify)))
  const declared = new Map([...trees].map(tree => [tree, declaredIn(tree, ports)]))
  requireDeclared(caller.claims ?? {}, [...declared.values()])
  const methods = new Map(
    [...declared].map(([tree, names]) => [tree, methodOf(principalOf(caller, ports.sets, names), names)]),
  )
  const instead = (tree: Tree): Tree => ({
    ...{ kind: issuer, name: issuer, from: 'gateway', owner: issuer, config: {} },
    label: `imagined caller, in place of: ${identifyLabel(tree)}`,
    create: () => methods.get(tree) ?? methodOf(principalOf(caller, ports.sets, {}), {}),
  })
  const replaced = (operation: Operation<StagePorts>) => ({ ...operation, identify: instead(operation.identify) })
  return { ...snapshot, apis: snapshot.apis.map(api => ({ ...api, operations: api.operations.map(replaced) })) }
}
