import type { HeaderList } from './headers.ts'
import type { Json } from './json.ts'
import type { Target } from './target.ts'

/** Protocols whose calls all go to one path, and say in their messages what they ask for. */
export type AskProtocol = 'mcp' | 'graphql'

/** Where the methods of MCP that act on something named have its name, in `params`. */
export const mcpNames: ReadonlyMap<string, 'name' | 'uri'> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['resources/subscribe', 'uri'],
  ['resources/unsubscribe', 'uri'],
])

/** What a client of MCP says that answers a server's own question: it has no method. No method is named so. */
export const mcpAnswer = '(answer)'

/** Methods of MCP as they are taken: of other texts servers might make something else. */
export const mcpMethod = /^[A-Za-z$][\w.$-]*(?:\/[\w.$-]+)*$/

/** What stands in a call, as far as it says what is asked for. */
export interface AskMessage {
  readonly method: string
  readonly headers: HeaderList
  readonly target: Target
  /** The JSON body, where there is one and it was to be read. */
  readonly body: Json | undefined
}

/** How large what is asked for is. */
export interface AskSize {
  /** How deep fields stand within each other. */
  readonly depth: number
  /** Fields of any depth, fragments written out. */
  readonly fields: number
  /** How often the field that is repeated most stands at the root. */
  readonly repeats: number
}

/** What one call asks for: `tools/call search_items`; `query items` and `query orders`. */
export interface AskedFor {
  /** Each once; at least one. */
  readonly names: readonly string[]
  /** Of GraphQL. */
  readonly size?: AskSize
}

/** Reads calls of one protocol. */
export interface AskReader {
  readonly protocol: AskProtocol
  /** Whether calls of this HTTP method say it in their body. */
  readsBody(method: string): boolean
  /** Throws Problem for what two readers could understand in two ways. */
  read(message: AskMessage): AskedFor
}

/** A text of a configuration or a permission that names nothing that could be asked for. The message says what to write. */
export class AskError extends Error {
  override readonly name = 'AskError'
}

/** What is asked for by a text such as `tools/call search_items` or `query items orders`. */
export interface WrittenAsks {
  readonly protocol: AskProtocol
  readonly names: readonly string[]
}

const kinds: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription'])
const fieldName = /^(?:[_A-Za-z]\w*|\*)$/

function graphqlAsks(kind: string, fields: readonly string[]): WrittenAsks {
  if (fields.length === 0) throw new AskError(`needs root fields after ${kind}, or *: ${kind} items`)
  const odd = fields.find(field => !fieldName.test(field))
  if (odd !== undefined) throw new AskError(`${JSON.stringify(odd)} is no name of a field`)
  if (fields.includes('*') && fields.length > 1) throw new AskError('has * beside fields: it stands for all others')
  if (new Set(fields).size < fields.length) throw new AskError('names a field twice')
  return { protocol: 'graphql', names: fields.map(field => `${kind} ${field}`) }
}

function mcpAsks(text: string): WrittenAsks {
  const space = text.indexOf(' ')
  const method = space < 0 ? text : text.slice(0, space)
  const name = space < 0 ? undefined : text.slice(space + 1)
  if (text !== mcpAnswer && !mcpMethod.test(method.replace(/\/\*$/, '/any')))
    throw new AskError(`${JSON.stringify(method)} is neither a method of MCP nor query, mutation or subscription`)
  const member = mcpNames.get(method)
  if (member !== undefined && name === undefined)
    throw new AskError(`needs a ${member} after ${method}, or * for any: ${method} *`)
  if (member === undefined && name !== undefined) throw new AskError(`${method} takes no name: ${method}`)
  return { protocol: 'mcp', names: [text] }
}

/** Reads what a configuration or a permission writes after method and path. Throws AskError. */
export function readAsks(text: string): WrittenAsks {
  if (text !== text.trim() || text === '') throw new AskError('has blanks where none belong')
  const [kind = '', ...fields] = text.split(' ')
  return kinds.has(kind) ? graphqlAsks(kind, fields) : mcpAsks(text)
}

/** The text that `readAsks` reads these names of. */
export const asksText = ([first = '', ...more]: readonly string[]): string =>
  [first, ...more.map(name => name.slice(name.indexOf(' ') + 1))].join(' ')

/** What begins so is the schema's own (GraphQL section 4): who writes `*` doesn't mean it. */
const isIntrospection = (name: string) => /^(?:query|mutation|subscription) __(?!typename$)/.test(name)

/** Ends after a blank or a method's slash, where nothing that a server reads further could stand: never within a name or URI. */
const wildcard = /^\S+[ /]\*$/

/** Whether a text stands for many. */
export const isWildcard = (written: string): boolean => written.endsWith('*') && wildcard.test(written)

/** Whether a name is meant by what was written: the same, or by its `*` any name (`tools/call *`) or method (`notifications/*`). */
export const isAsked = (written: string, name: string): boolean =>
  written === name || (isWildcard(written) && name.startsWith(written.slice(0, -1)) && !isIntrospection(name))
