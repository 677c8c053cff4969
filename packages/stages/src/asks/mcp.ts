import { type AskedFor, type AskMessage, type AskReader, mcpAnswer, mcpMethod, mcpNames } from '@sallyport/core'
import { type Heard, requireHeaders } from './mcp-headers.ts'
import { isObject, type Members, malformed, member, requireKnown } from './members.ts'

/** Those of JSON-RPC 2.0 (sections 4 and 5). */
const members: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])

const nameLengthMax = 2048

function paramsOf(message: Members): Members {
  const params = message.params ?? {}
  if (isObject(params)) return params
  throw malformed('params is no object')
}

/** What is acted on, by the methods that act on something named. */
function nameIn(method: string, params: Members): string | undefined {
  const at = mcpNames.get(method)
  if (at === undefined) return undefined
  const name = member(params, at)
  if (typeof name !== 'string' || name === '') throw malformed(`${method} needs params.${at}`)
  if (name.length > nameLengthMax) throw malformed(`params.${at} has more than ${nameLengthMax} characters`)
  return name
}

/** What a client answers to a server's own question: nothing is asked for but that it be heard. */
function requireAnswer(message: Members): void {
  const isAnswer = Object.hasOwn(message, 'result') !== Object.hasOwn(message, 'error')
  if (isAnswer && Object.hasOwn(message, 'id') && !Object.hasOwn(message, 'params')) return
  throw malformed('the message has no method and is no answer')
}

function heardIn(body: AskMessage['body']): Heard {
  if (Array.isArray(body)) throw malformed('batches are not taken: send one message a call')
  if (!isObject(body)) throw malformed('the body is no JSON-RPC message')
  requireKnown(body, members, 'the message')
  if (body.jsonrpc !== '2.0') throw malformed('jsonrpc is not "2.0"')
  const { method } = body
  if (method === undefined) {
    requireAnswer(body)
    return { method: undefined, name: undefined, params: {}, isRequest: false }
  }
  if (typeof method !== 'string' || method.length > 128 || !mcpMethod.test(method))
    throw malformed('method is no name of a method')
  if (Object.hasOwn(body, 'result') || Object.hasOwn(body, 'error'))
    throw malformed('the message is a request and an answer at once')
  const params = paramsOf(body)
  return { method, name: nameIn(method, params), params, isRequest: Object.hasOwn(body, 'id') }
}

function read({ headers, body }: AskMessage): AskedFor {
  const heard = heardIn(body)
  requireHeaders(headers, heard)
  const { method = mcpAnswer, name } = heard
  return { names: [name === undefined ? method : `${method} ${name}`] }
}

/** Calls of an MCP server (Streamable HTTP): one JSON-RPC message each, whose header fields say what it says. */
export const mcpReader: AskReader = { protocol: 'mcp', readsBody: () => true, read }
