import type { Api, Operation, Rule } from '@sallyport/core'
import {
  authorizeKinds,
  type Bound,
  type Issuer,
  identifyKinds,
  metadataPath,
  type StagePorts,
} from '@sallyport/stages'
import { leavesOf } from './identify-checks.ts'

const root = '/.well-known'

const synthetic = <Made>(bound: Bound<Made>): Rule<StagePorts, Made> => ({
  ...bound,
  name: bound.kind,
  from: 'gateway',
  owner: 'well-known',
})

function localOperation(template: string, document: object): Operation<StagePorts> {
  return {
    id: `GET ${template}`,
    method: 'GET',
    template,
    selector: undefined,
    admit: [],
    admitLimit: [],
    maxBody: 0,
    identify: synthetic(identifyKinds.anonymous.settings.parse(true)),
    authorize: [synthetic(authorizeKinds.anyone.settings.parse(true))],
    limit: [],
    inspect: [],
    destination: { local: { contentType: 'application/json', body: JSON.stringify(document) } },
  }
}

function scopesOf(api: Api<StagePorts>): string[] {
  const scopes = api.operations.flatMap(({ authorize }) =>
    authorize.flatMap(({ kind, config }) => (kind === 'scopes' && Array.isArray(config) ? config.map(String) : [])),
  )
  return [...new Set(scopes)].sort()
}

/** Protected resource metadata of an API (RFC 9728 section 2): which authorization servers vouch for its callers. */
function metadata(api: Api<StagePorts>, url: string, issuers: Readonly<Record<string, Issuer>>): object {
  const methods = api.operations.flatMap(({ identify }) => leavesOf(identify))
  const names = new Set(methods.flatMap(({ kind, config }) => (kind === 'jwt' ? [issuerIn(config)] : [])))
  const servers = [...names].flatMap(name => {
    const issuer = Object.hasOwn(issuers, name) ? issuers[name]?.rules.issuer : undefined
    return issuer !== undefined && URL.canParse(issuer) ? [issuer] : []
  })
  return {
    resource: url + api.path,
    resource_name: api.name,
    ...(servers.length > 0 && { authorization_servers: servers }),
    scopes_supported: scopesOf(api),
    bearer_methods_supported: ['header'],
  }
}

const issuerIn = (config: unknown): string =>
  typeof config === 'object' && config !== null && 'issuer' in config ? String(config.issuer) : ''

const readsTokens = (api: Api<StagePorts>) =>
  api.operations.some(({ identify }) => leavesOf(identify).some(({ kind }) => kind === 'jwt'))

/** The synthetic API that serves what others must find: metadata, and the keys that sign what backends are told. */
export function wellKnown(
  apis: readonly Api<StagePorts>[],
  gateway: { readonly url: string; readonly jwks: object },
  issuers: Readonly<Record<string, Issuer>>,
): Api<StagePorts> {
  const documents = apis
    .filter(readsTokens)
    .map(api => localOperation(metadataPath(api.path).slice(root.length), metadata(api, gateway.url, issuers)))
  return {
    name: 'well-known',
    path: root,
    keepPath: false,
    errors: { as: 'problem', message: false },
    operations: [localOperation('/jwks.json', gateway.jwks), ...documents],
  }
}
