import type { Snapshot } from '@sallyport/core'
import {
  type Issuer,
  metadataPath,
  openOperation,
  resourceMetadata,
  type StagePorts,
  takesTokens,
} from '@sallyport/stages'

type Rules = Snapshot<StagePorts, Issuer>

/**
 * Rules with what tells clients who gives them tokens (RFC 9728), for everybody, where it is known how callers reach the application. What an
 * operation of its own says at that path holds instead.
 */
export function withResourceMetadata(snapshot: Rules, ports: StagePorts): Rules {
  if (ports.gateway.url === '') return snapshot
  const apis = snapshot.apis.map(api => {
    const template = metadataPath(api.path)
    if (!takesTokens(api) || api.operations.some(operation => operation.template === template)) return api
    const body = JSON.stringify(resourceMetadata(api, ports))
    const document = openOperation('GET', template, { local: { contentType: 'application/json', body } })
    return { ...api, operations: [...api.operations, { ...document, protect: api.outside }] }
  })
  return { ...snapshot, apis }
}
