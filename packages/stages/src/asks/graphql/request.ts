import { type AskMessage, type Json, JsonError, Problem, readJson, requestLimits } from '@sallyport/core'
import { isObject, type Members, malformed, requireKnown } from '../members.ts'

/** A GraphQL request (GraphQL over HTTP, "Request Parameters"). */
export interface GraphqlRequest {
  readonly query: string
  readonly operationName: string | undefined
}

const known: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions'])
/** What clients tell of themselves. Whatever else stands in `extensions` may name another document than the one that was judged. */
const knownExtensions: ReadonlySet<string> = new Set(['clientLibrary'])

function requirePlain(value: Json | undefined, what: string): asserts value is Members | null | undefined {
  if (value !== undefined && value !== null && !isObject(value)) throw malformed(`${what} is no object`)
}

function requestIn(members: Members): GraphqlRequest {
  requireKnown(members, known, 'the request')
  const { query, variables, operationName, extensions } = members
  requirePlain(variables, 'variables')
  requirePlain(extensions, 'extensions')
  requireKnown(extensions ?? {}, knownExtensions, 'extensions')
  if (typeof query !== 'string') throw malformed('query is missing or no text: stored documents are not taken')
  if (operationName === undefined || operationName === null) return { query, operationName: undefined }
  if (typeof operationName !== 'string') throw malformed('operationName is no text')
  return { query, operationName }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Problem('target-malformed', { detail: 'the query is not UTF-8' }, 'a query component is not UTF-8')
  }
}

const inJson: ReadonlySet<string> = new Set(['variables', 'extensions'])

function parameterValue(name: string, text: string): Json {
  if (!inJson.has(name)) return text
  try {
    return readJson(text, requestLimits)
  } catch (error) {
    throw error instanceof JsonError ? malformed(`${name} is not JSON: ${error.message}`) : error
  }
}

/** Some servers part pairs at `;` too. */
function membersOf(query: string): Members {
  if (query.includes(';')) throw malformed('a ; in the query must be %3B')
  const members = new Map<string, Json>()
  for (const pair of query.split('&').filter(one => one !== '')) {
    const [name = '', ...rest] = pair.split('=')
    const key = decoded(name)
    if (members.has(key)) throw malformed(`the parameter ${key.slice(0, 64)} stands twice`)
    members.set(key, parameterValue(key, decoded(rest.join('='))))
  }
  return Object.fromEntries(members)
}

/** Reads a request off a call. Throws Problem for several of them in one, and for one in two places. */
export function readRequest({ method, target, body }: AskMessage): GraphqlRequest {
  if (method !== 'POST') return requestIn(membersOf(target.query ?? ''))
  if (target.query !== undefined && target.query !== '') throw malformed('a POST has no query here: servers read both')
  if (Array.isArray(body)) throw malformed('batches are not taken: send one request a call')
  if (!isObject(body)) throw malformed('the body is no GraphQL request')
  return requestIn(body)
}
