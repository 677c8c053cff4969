import { mcpAnswer, mcpNames, readAsks } from '@sallyport/core'

function mcpMessage(text: string): object {
  if (text === mcpAnswer) return { jsonrpc: '2.0', id: 1, result: {} }
  const space = text.indexOf(' ')
  const method = space < 0 ? text : text.slice(0, space)
  const member = mcpNames.get(method)
  return { jsonrpc: '2.0', id: 1, method, ...(member && { params: { [member]: text.slice(space + 1) } }) }
}

function graphqlDocument(names: readonly string[]): string {
  const [kind = '', ...fields] = names.flatMap((name, i) => name.split(' ').slice(i === 0 ? 0 : 1))
  return `${kind} { ${fields.join(' ')} }`
}

/** A call by what it asks for. */
interface Asking {
  readonly method: string
  readonly path: string
  /** `tools/call search_items`. */
  readonly asks: string
}

interface Message {
  readonly path: string
  /** Names and values by turns. */
  readonly fields: readonly string[]
  readonly body: Uint8Array
}

const nothing = new Uint8Array(0)

/** What a client would send to ask for something. Throws AskError. */
export function askingMessage({ method, path, asks }: Asking): Message {
  const { protocol, names } = readAsks(asks)
  const query = protocol === 'graphql' ? graphqlDocument(names) : ''
  if (protocol === 'graphql' && method !== 'POST') {
    const joined = `${path}${path.includes('?') ? '&' : '?'}query=${encodeURIComponent(query)}`
    return { path: joined, fields: [], body: nothing }
  }
  const message = protocol === 'graphql' ? { query } : mcpMessage(asks)
  return { path, fields: ['Content-Type', 'application/json'], body: Buffer.from(JSON.stringify(message)) }
}
