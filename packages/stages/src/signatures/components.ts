import type { HeaderList } from '@sallyport/core'
import {
  type Item,
  isInnerList,
  type Parameters,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
} from 'structured-headers'
import { BadSignature, dictionaryOf } from './dictionary.ts'
import { isAnswer, type Message, type RequestMessage } from './message.ts'

const defaultPort = { http: ':80', https: ':443' } as const

/** RFC 9421 section 2.2.3: without the scheme's own port. */
function authority({ host, scheme }: RequestMessage): string {
  const port = defaultPort[scheme]
  return host.endsWith(port) ? host.slice(0, -port.length) : host
}

const queryOf = ({ query }: RequestMessage) => (query === undefined ? '' : `?${query}`)

/** The form of application/x-www-form-urlencoded in which names and values are compared (RFC 9421 section 2.2.8). */
const formEncoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()~]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

function queryParameter({ query = '' }: RequestMessage, parameters: Parameters): string {
  const name = parameters.get('name')
  if (typeof name !== 'string') throw new BadSignature('@query-param names no parameter')
  const found = [...new URLSearchParams(query)].filter(([key]) => formEncoded(key) === name)
  const [only, more] = found
  if (only === undefined || more !== undefined)
    throw new BadSignature('@query-param names a parameter that is not there once')
  return formEncoded(only[1])
}

type Derive = (request: RequestMessage, parameters: Parameters) => string

/** What is derived of a request (RFC 9421 section 2.2). */
const derived: ReadonlyMap<string, Derive> = new Map<string, Derive>([
  ['@method', ({ method }) => method],
  ['@target-uri', request => `${request.scheme}://${authority(request)}${request.path}${queryOf(request)}`],
  ['@authority', authority],
  ['@scheme', ({ scheme }) => scheme],
  ['@request-target', request => request.path + queryOf(request)],
  ['@path', ({ path }) => path],
  ['@query', request => queryOf(request) || '?'],
  ['@query-param', queryParameter],
])

/** Dictionaries (RFC 9651) by their field's name: a field of a type that isn't known can't be serialised strictly (RFC 9421 section 2.1.1). */
const dictionaries: ReadonlySet<string> = new Set([
  'content-digest',
  'repr-digest',
  'signature',
  'signature-input',
  'priority',
])

const plainValue = (lines: readonly string[]) => lines.map(line => line.trim()).join(', ')

const binaryValue = (lines: readonly string[]) =>
  lines.map(line => `:${Buffer.from(line.trim(), 'latin1').toString('base64')}:`).join(', ')

function memberValue(name: string, lines: readonly string[], key: unknown): string {
  const member = dictionaryOf(name, lines).get(String(key))
  if (member === undefined) throw new BadSignature(`${name} has no key ${JSON.stringify(key)}`)
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member)
}

/** RFC 9421 section 2.1. */
function fieldValue(name: string, parameters: Parameters, headers: HeaderList): string {
  const lines = headers.all(name)
  if (lines.length === 0) throw new BadSignature(`there is no ${name}`)
  const [strict, key, binary] = [parameters.has('sf'), parameters.get('key'), parameters.has('bs')]
  if (binary && (strict || key !== undefined))
    throw new BadSignature(`${name} is asked for both as bytes and as a structure`)
  if (binary) return binaryValue(lines)
  if (key !== undefined) return memberValue(name, lines, key)
  if (!strict) return plainValue(lines)
  if (!dictionaries.has(name)) throw new BadSignature(`the type of ${name} isn't known, so that sf means nothing`)
  return serializeDictionary(dictionaryOf(name, lines))
}

/** The parameters that a component may have; trailers (`tr`) are never there. */
const fieldParameters: ReadonlySet<string> = new Set(['sf', 'key', 'bs', 'req'])
const derivedParameters: ReadonlySet<string> = new Set(['req'])
const queryParameters: ReadonlySet<string> = new Set(['req', 'name'])

function allowedFor(name: string): ReadonlySet<string> {
  if (!name.startsWith('@')) return fieldParameters
  return name === '@query-param' ? queryParameters : derivedParameters
}

function requireParameters(name: string, parameters: Parameters): void {
  for (const [key, value] of parameters) {
    const isFlag = key !== 'key' && key !== 'name'
    if (!allowedFor(name).has(key) || (isFlag && value !== true))
      throw new BadSignature(`${name} has a parameter ${key}`)
  }
}

/** The part of an answer's request, or the message itself. */
function contextOf(message: Message, parameters: Parameters): Message {
  if (!parameters.has('req')) return message
  if (!isAnswer(message)) throw new BadSignature('req means nothing in a request')
  return message.request
}

function derivedValue(name: string, parameters: Parameters, context: Message): string {
  if (isAnswer(context)) {
    if (name === '@status') return String(context.status)
    throw new BadSignature(`an answer has no ${name}`)
  }
  const derive = derived.get(name)
  if (derive === undefined) throw new BadSignature(`a request has no ${name}`)
  return derive(context, parameters)
}

/** Whether a text may stand in a line of the signature base (RFC 9421 section 2.5). */
const isLine = (text: string) => /^[\t\x20-\x7e]*$/.test(text)

/** The value of a covered component (RFC 9421 section 2). Throws BadSignature where there is none. */
export function componentValue([name, parameters]: Item, message: Message): string {
  if (typeof name !== 'string' || name !== name.toLowerCase())
    throw new BadSignature('a component has no name in lower case')
  requireParameters(name, parameters)
  const context = contextOf(message, parameters)
  const value = name.startsWith('@')
    ? derivedValue(name, parameters, context)
    : fieldValue(name, parameters, context.headers)
  if (!isLine(value)) throw new BadSignature(`the value of ${name} isn't ASCII`)
  return value
}
