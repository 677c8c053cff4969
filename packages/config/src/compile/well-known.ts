import { type Api, leavesOf, type Operation, type PublicJwks } from '@sallyport/core'
import {
  admitLimitKinds,
  formBytesMax,
  metadataPath,
  openOperation,
  preflightFor,
  resourceMetadata,
  resourcesOf,
  type StagePorts,
  synthetic,
  syntheticApi,
  takesTokens,
} from '@sallyport/stages'

const root = '/.well-known'

/** A document that everybody may read. */
const localOperation = (template: string, document: object): Operation<StagePorts> =>
  openOperation('GET', template, { local: { contentType: 'application/json', body: JSON.stringify(document) } })

/** Whoever holds a magic token may end it; from one address not so often that the list of ended ones fills the disk. */
const revocation = (): Operation<StagePorts> => ({
  ...openOperation('POST', '/sallyport/revoke', { own: 'revocation' }),
  admitLimit: [synthetic(admitLimitKinds.allow.settings.parse({ allow: '30/minute', per: 'ip' }))],
  maxBody: formBytesMax,
})

/** The keys that guards of any operation publish, each once. */
function publishedIn(apis: readonly Api<StagePorts>[], ports: StagePorts): readonly object[] {
  const rules = new Set(
    apis.flatMap(({ operations }) => operations.flatMap(({ inspect, protect }) => [...inspect, ...protect])),
  )
  const keys = [...rules].flatMap(rule => rule.create(ports, rule).publishes ?? [])
  return [...new Map(keys.map(key => [JSON.stringify(key), key])).values()]
}

/**
 * The synthetic API that serves what others must find: metadata, the keys that sign what backends are told, the end of magic tokens. `ports` make
 * guards, which then say what they ask; `outside` are the gateway's own rules about what leaves.
 */
export function wellKnown(
  apis: readonly Api<StagePorts>[],
  jwks: PublicJwks,
  ports: StagePorts,
  outside: Api<StagePorts>['outside'],
): Api<StagePorts> {
  const resources = apis.filter(takesTokens).flatMap(resourcesOf)
  // Of two of one path the API of that path is meant: it is the one that is called there.
  const byPath = new Map([...resources, ...apis.filter(takesTokens)].map(resource => [resource.path, resource]))
  const documents = [...byPath.values()].map(resource =>
    localOperation(metadataPath(resource.path).slice(root.length), resourceMetadata(resource, ports)),
  )
  const takesMagic = apis.some(({ operations }) =>
    operations.some(({ identify }) => leavesOf(identify).some(({ kind }) => kind === 'magicToken')),
  )
  const operations = [
    localOperation('/jwks.json', { keys: [...(jwks.keys ?? []), ...publishedIn(apis, ports)] }),
    ...(takesMagic ? [revocation()] : []),
    ...documents,
  ]
  return {
    ...syntheticApi('well-known', root, outside, operations),
    preflight: preflightFor({ admit: [], admitLimit: [], protect: outside }),
  }
}
