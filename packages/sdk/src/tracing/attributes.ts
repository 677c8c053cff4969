import type { Arrival, CallEvent } from '@sallyport/core'
import { type AttributeValue, type Span, spanError } from './open-telemetry.ts'

type Attributes = Record<string, AttributeValue>

/** Methods that conventions know; whatever else callers invent would make a name of its own each. */
const methods: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'],
])

const methodAttribute = (method: string) => (methods.has(method) ? method : '_OTHER')

/** What a span is called before it is known where the call leads. */
export const firstName = ({ method }: Arrival): string => (methods.has(method) ? method : 'HTTP')

/** What samplers may go by. The path is told when it has been read and cleared of secrets. */
export const firstAttributes = ({ method, encrypted, httpVersion }: Arrival): Attributes => ({
  'http.request.method': methodAttribute(method),
  'url.scheme': encrypted ? 'https' : 'http',
  'network.protocol.version': httpVersion,
})

function serverOf(host: string | undefined): Attributes {
  if (host === undefined) return {}
  const [, address = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? []
  return { 'server.address': address, ...(port !== undefined && { 'server.port': Number(port) }) }
}

const routeOf = (operation: string | undefined): Attributes =>
  operation === undefined ? {} : { 'http.route': operation.slice(operation.indexOf(' ') + 1) }

function refusalOf({ refusal }: CallEvent): Attributes {
  if (refusal === undefined) return {}
  return { 'sallyport.stage': refusal.stage, 'sallyport.code': refusal.code }
}

const isError = ({ status, outcome }: CallEvent) => status >= 500 || outcome === 'failed'

/**
 * What a call came to, by OpenTelemetry's conventions for HTTP servers: what its record has, and so no credential, field, query or body.
 */
export function tellCall(span: Span, event: CallEvent): void {
  const { id, path, status, host, ip, operation, refusal } = event
  if (operation !== undefined) span.updateName(operation)
  span.setAttributes({
    'sallyport.call.id': id,
    'url.path': path,
    'http.response.status_code': status,
    ...serverOf(host),
    ...(ip !== undefined && { 'client.address': ip }),
    ...routeOf(operation),
    ...refusalOf(event),
    ...(isError(event) && { 'error.type': refusal?.code ?? String(status) }),
  })
  if (isError(event)) span.setStatus(spanError)
}
