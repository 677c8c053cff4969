import { type Api, leavesOf, type Operation, type PublicJwks } from '@sallyport/core'
import { admitLimitKinds, formBytesMax, metadataPath, type StagePorts } from '@sallyport/stages'
import { openOperation, preflightFor, synthetic, syntheticApi } from './synthetic.ts'

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

/** The scopes that any operation may ask for, whichever kind of rule asks. */
function scopesOf(api: Api<StagePorts>, ports: StagePorts): string[] {
  const rules = new Set(api.operations.flatMap(({ authorize }) => authorize))
  return [...new Set([...rules].flatMap(rule => rule.create(ports, rule).scopes))].sort()
}

const tokenKinds: ReadonlySet<string> = new Set(['jwt', 'oauth2', 'magicToken'])

const tokenRules = (api: Api<StagePorts>) =>
  [...new Set(api.operations.flatMap(({ identify }) => leavesOf(identify)))].filter(({ kind }) => tokenKinds.has(kind))

/** The ways of RFC 6750 section 2 in which tokens are read here; places of other names are none of them. */
function bearerMethods(rules: ReturnType<typeof tokenRules>, ports: StagePorts): string[] {
  const places = rules.flatMap(rule => rule.create(ports, rule).places)
  const header = places.some(
    place => place.in === 'header' && place.name === 'authorization' && place.scheme === 'bearer',
  )
  const query = places.some(place => place.in === 'query' && place.name === 'access_token')
  return [...(header ? ['header'] : []), ...(query ? ['query'] : [])]
}

const issuerIn = (config: unknown): string =>
  typeof config === 'object' && config !== null && 'issuer' in config ? String(config.issuer) : ''

/** The issuers as authorization servers (RFC 8414 section 2: URLs); `jwt` has an issuer by its name, `oauth2` as it is. */
function serversOf(rules: ReturnType<typeof tokenRules>, { issuers }: StagePorts): string[] {
  const named = (name: string) => (Object.hasOwn(issuers, name) ? issuers[name]?.rules.issuer : undefined)
  const servers = new Set(
    rules.map(({ kind, config }) => (kind === 'jwt' ? named(issuerIn(config)) : issuerIn(config))),
  )
  return [...servers].flatMap(issuer =>
    issuer !== undefined && /^https?:/.test(issuer) && URL.canParse(issuer) ? [issuer] : [],
  )
}

/** The keys that guards of any operation publish, each once. */
function publishedIn(apis: readonly Api<StagePorts>[], ports: StagePorts): readonly object[] {
  const rules = new Set(
    apis.flatMap(({ operations }) => operations.flatMap(({ inspect, protect }) => [...inspect, ...protect])),
  )
  const keys = [...rules].flatMap(rule => rule.create(ports, rule).publishes ?? [])
  return [...new Map(keys.map(key => [JSON.stringify(key), key])).values()]
}

/** Protected resource metadata of an API (RFC 9728 section 2). What has no elements is left out (section 3.2). */
function metadata(api: Api<StagePorts>, ports: StagePorts): object {
  const rules = tokenRules(api)
  const servers = serversOf(rules, ports)
  const scopes = scopesOf(api, ports)
  return {
    resource: ports.gateway.url + api.path,
    resource_name: api.name,
    ...(servers.length > 0 && { authorization_servers: servers }),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: bearerMethods(rules, ports),
  }
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
  const documents = apis
    .filter(api => tokenRules(api).length > 0)
    .map(api => localOperation(metadataPath(api.path).slice(root.length), metadata(api, ports)))
  const takesTokens = apis.some(api => tokenRules(api).some(({ kind }) => kind === 'magicToken'))
  const operations = [
    localOperation('/jwks.json', { keys: [...(jwks.keys ?? []), ...publishedIn(apis, ports)] }),
    ...(takesTokens ? [revocation()] : []),
    ...documents,
  ]
  return {
    ...syntheticApi('well-known', root, outside, operations),
    preflight: preflightFor({ admit: [], admitLimit: [], protect: outside }),
  }
}
