import { type Api, leavesOf, type Method } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'

type Described = Pick<Api<StagePorts>, 'name' | 'path' | 'operations'>

const tokenKinds: ReadonlySet<string> = new Set(['jwt', 'oauth2', 'magicToken'])

const tokenRules = ({ operations }: Described) =>
  [...new Set(operations.flatMap(({ identify }) => leavesOf(identify)))].filter(({ kind }) => tokenKinds.has(kind))

/** Whether callers of an API may be known by tokens that somebody gives them. */
export const takesTokens = (api: Described): boolean => tokenRules(api).length > 0

const isMcp = ({ selector, template }: Described['operations'][number]) =>
  selector?.asks?.reader.protocol === 'mcp' && !template.includes('{')

/** Paths of an API that are resources of their own: clients of MCP know its server by the URL that they call. */
const endpointsOf = ({ operations }: Described): ReadonlySet<string> =>
  new Set(operations.filter(isMcp).map(({ template }) => template))

/** Tells of each path template which resource it is of: the path of that, which its metadata tells. */
export function resourcePaths(api: Described): (template: string) => string {
  const endpoints = endpointsOf(api)
  return template => (endpoints.has(template) ? api.path + template : api.path)
}

/** The resources that an API is, each with its operations: itself, and its MCP servers. */
export const resourcesOf = (api: Described): readonly Described[] => [
  api,
  ...[...endpointsOf(api)].map(endpoint => ({
    name: api.name,
    path: api.path + endpoint,
    operations: api.operations.filter(({ template }) => template === endpoint),
  })),
]

/** Where the protected resource metadata of a resource stands (RFC 9728 section 3.1). */
export const metadataPath = (path: string) => `/.well-known/oauth-protected-resource${path}`

/** The scopes that any operation may ask for, whichever kind of rule asks. */
function scopesOf({ operations }: Described, ports: StagePorts): string[] {
  const rules = new Set(operations.flatMap(({ authorize }) => authorize))
  return [...new Set([...rules].flatMap(rule => rule.create(ports, rule).scopes))].sort()
}

/** The ways of RFC 6750 section 2 in which tokens are read here; places of other names are none of them. */
function bearerMethods(methods: readonly Method[]): string[] {
  const places = methods.flatMap(method => method.places)
  const header = places.some(
    place => place.in === 'header' && place.name === 'authorization' && place.scheme === 'bearer',
  )
  const query = places.some(place => place.in === 'query' && place.name === 'access_token')
  return [...(header ? ['header'] : []), ...(query ? ['query'] : [])]
}

/** Those who give tokens, where they are authorization servers: URLs (RFC 8414 section 2). */
const serversOf = (methods: readonly Method[]): string[] =>
  [...new Set(methods.flatMap(({ authority = '' }) => authority))].filter(
    authority => /^https?:/.test(authority) && URL.canParse(authority),
  )

/** Protected resource metadata of an API (RFC 9728 section 2). What has no elements is left out (section 3.2). */
export function resourceMetadata(api: Described, ports: StagePorts): Readonly<Record<string, unknown>> {
  const methods = tokenRules(api).map(rule => rule.create(ports, rule))
  const servers = serversOf(methods)
  const scopes = scopesOf(api, ports)
  return {
    resource: ports.gateway.url + api.path,
    resource_name: api.name,
    ...(servers.length > 0 && { authorization_servers: servers }),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: bearerMethods(methods),
  }
}
