import { type HeaderList, type Json, mcpNames, Problem } from '@sallyport/core'
import { isObject, type Members } from './members.ts'
import { choosingField } from './once.ts'

/** One message as it was read. */
export interface Heard {
  /** Undefined where a client answers. */
  readonly method: string | undefined
  readonly name: string | undefined
  readonly params: Members
  /** It has an id and so awaits an answer. */
  readonly isRequest: boolean
}

const mismatch = (detail: string) => new Problem('header-mismatch', { detail }, detail)

/** The revision of MCP from which on header fields must repeat what the body says. */
const mirroring = '2026-07-28'

const dated = /^\d{4}-\d{2}-\d{2}$/

/** A version that is no date is a draft of a later one. */
const mirrors = (version: string | undefined) => version !== undefined && (!dated.test(version) || version >= mirroring)

const sentinel = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/

/** A value as it was before it was made fit for a header field (MCP 2026-07-28, Streamable HTTP, "Value Encoding"). */
function decoded(value: string): string {
  if (!value.startsWith('=?base64?')) return value
  const [, base64] = sentinel.exec(value) ?? []
  const bytes = Buffer.from(base64 ?? '', 'base64')
  if (base64 === undefined || bytes.toString('base64') !== base64) throw mismatch('Mcp-Name is not Base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw mismatch('Mcp-Name is not UTF-8')
  }
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : undefined)

/** What Mcp-Name repeats, of methods beyond the known ones too. */
function namedBy({ method = '', name, params }: Heard): string | undefined {
  if (mcpNames.has(method)) return name
  return text(params.name) ?? text(params.uri) ?? text(params.taskId)
}

function versionIn({ params }: Heard): string | undefined {
  const meta = params._meta
  return isObject(meta) ? text(meta['io.modelcontextprotocol/protocolVersion']) : undefined
}

const nameRequired: ReadonlySet<string | undefined> = new Set(['tools/call', 'prompts/get', 'resources/read'])

/**
 * Header fields say what the body says (MCP 2026-07-28, Streamable HTTP, "Server Validation"), where they are there, and are there where
 * the version wants them: whoever stands between goes by them. Throws Problem `header-mismatch`, or `request-malformed` for one that stands twice.
 */
export function requireHeaders(headers: HeaderList, heard: Heard): void {
  const version = choosingField(headers, 'mcp-protocol-version')
  const method = choosingField(headers, 'mcp-method')
  const name = choosingField(headers, 'mcp-name')
  const inBody = versionIn(heard)
  const isRequired = heard.isRequest && mirrors(inBody ?? version)
  if (inBody !== undefined && version !== inBody && (version !== undefined || mirrors(inBody)))
    throw mismatch('MCP-Protocol-Version is not the version of the body')
  if (method === undefined ? isRequired : method !== heard.method)
    throw mismatch('Mcp-Method is not the method of the body')
  if (name === undefined ? isRequired && nameRequired.has(heard.method) : decoded(name) !== namedBy(heard))
    throw mismatch('Mcp-Name is not the name of the body')
}
