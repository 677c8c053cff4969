import type { ImaginedCaller } from '@sallyport/contract'
import type { IdentifyTree, Identity, Method, Operation, Principal, Rule, Sets, Snapshot } from '@sallyport/core'
import { identifyLabel } from '../identify/identification.ts'
import type { Issuer, StagePorts } from '../ports.ts'
import { imaginedField } from './arrival.ts'

const issuer = 'imagined'
const named = (subject: string | undefined): Identity | undefined =>
  subject === undefined ? undefined : { issuer, subject }

/** The caller that is imagined; the rights of a user whom the users file knows, unless others are given. */
function principalOf({ user, application, scopes, roles }: ImaginedCaller, sets: Sets): Principal {
  const known = user === undefined ? undefined : sets.user(user)
  return {
    user: named(user),
    application: named(application),
    actors: [],
    credential: { kind: issuer, id: user ?? application ?? '' },
    scopes: new Set(scopes ?? known?.scopes),
    roles: new Set(roles ?? known?.roles),
    groups: new Set(),
    claims: {},
  }
}

function methodOf(principal: Principal): Method {
  return {
    kind: issuer,
    places: [{ in: 'header', name: imaginedField, scheme: undefined }],
    mark: undefined,
    owns: () => true,
    verify: () => principal,
    challenge: undefined,
  }
}

type Tree = IdentifyTree<Rule<StagePorts, Method>>

/** The same rules, but that every operation takes the imagined caller for who is calling. */
export function asCaller(
  snapshot: Snapshot<StagePorts, Issuer>,
  caller: ImaginedCaller,
  sets: Sets,
): Snapshot<StagePorts, Issuer> {
  const method = methodOf(principalOf(caller, sets))
  const instead = (tree: Tree): Tree => ({
    ...{ kind: issuer, name: issuer, from: 'gateway', owner: issuer, config: {} },
    label: `imagined caller, in place of: ${identifyLabel(tree)}`,
    create: () => method,
  })
  const replaced = (operation: Operation<StagePorts>) => ({ ...operation, identify: instead(operation.identify) })
  return { ...snapshot, apis: snapshot.apis.map(api => ({ ...api, operations: api.operations.map(replaced) })) }
}
