import type { ImaginedCall } from '@sallyport/contract'
import { bodyOf, mcpAnswer, mcpNames, noBody, type RequestBody, readAsks } from '@sallyport/core'

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

interface Message {
  readonly path: string
  readonly fields: readonly string[]
  readonly body: RequestBody
}

/** What a client would send to ask for what an imagined call names. */
export function askingMessage({ method, path, asks }: ImaginedCall & { readonly asks: string }): Message {
  const { protocol, names } = readAsks(asks)
  const query = protocol === 'graphql' ? graphqlDocument(names) : ''
  if (protocol === 'graphql' && method !== 'POST')
    return {
      path: `${path}${path.includes('?') ? '&' : '?'}query=${encodeURIComponent(query)}`,
      fields: [],
      body: noBody,
    }
  const message = protocol === 'graphql' ? { query } : mcpMessage(asks)
  return { path, fields: ['Content-Type', 'application/json'], body: bodyOf(Buffer.from(JSON.stringify(message))) }
}
