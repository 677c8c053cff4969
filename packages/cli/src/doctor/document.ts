import type { z } from 'zod'
import { Failure } from '../frame/failure.ts'
import {
  ask,
  calledThat,
  changes,
  type content,
  type Document,
  isOpen,
  type Named,
  operationsOf,
  stranger,
} from './asked-document.ts'
import { failed, isThisMachine, type Looked, notChecked, type Outcome, passed, told, unlessAny } from './points.ts'

function https({ protocol, hostname }: URL): Outcome {
  const mend = 'serve it with tls: { cert, key }, or behind the gateway'
  if (protocol === 'https:') return passed('it was asked over TLS')
  if (!isThisMachine(hostname)) return failed('it answers without TLS', mend)
  return notChecked('plain HTTP on this machine: whether TLS ends before it cannot be seen from here', mend)
}

const authentication = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, op => isOpen(op) && changes(op)),
    'every operation that changes something asks who calls, as the document declares',
    'anybody may change something',
    'identify: anything but anonymous there',
  )

function authorization(operations: readonly Named[]): Outcome {
  const loose = calledThat(operations, op => {
    const hasScope = op.ways.every(way => Object.values(way).some(scopes => scopes.length > 0))
    return changes(op) && !isOpen(op) && !hasScope
  })
  if (loose.length === 0) return passed('nothing is changed without a scope, as the document declares')
  return notChecked(`${told(loose)}: a document tells scopes alone`, 'authorize: scopes(...) there')
}

const hasSchema = (declared: z.output<typeof content>) =>
  Object.values(declared ?? {}).some(({ schema }) => schema !== undefined)

/** Passed only where nothing is told elsewhere in the document, which is not followed. */
function asDeclared(
  operations: readonly Named[],
  bad: readonly string[],
  good: string,
  fault: string,
  mend: string,
): Outcome {
  const elsewhere = calledThat(operations, ({ requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].some(part => part !== undefined && '$ref' in part),
  )
  if (bad.length > 0 || elsewhere.length === 0) return unlessAny(bad, good, fault, mend)
  return notChecked(`${told(elsewhere)}: told elsewhere ($ref), which is not followed`, mend)
}

const isBare = (part: { readonly content?: z.output<typeof content> }) =>
  !('$ref' in part) && part.content !== undefined && !hasSchema(part.content)

const input = (operations: readonly Named[]) =>
  asDeclared(
    operations,
    calledThat(operations, ({ requestBody }) => requestBody !== undefined && isBare(requestBody)),
    'every body that is taken has a schema, as the document declares',
    'bodies are taken as they come',
    'body: SCHEMA there',
  )

const output = (operations: readonly Named[]) =>
  asDeclared(
    operations,
    calledThat(operations, ({ responses }) =>
      Object.entries(responses).some(([status, answer]) => /^(?:2|default$)/.test(status) && isBare(answer)),
    ),
    'every answer with a body has a schema, as the document declares',
    'answers are given as they come',
    'response: SCHEMA there',
  )

const limits = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ responses }) => !Object.hasOwn(responses, '429')),
    'every operation has a limit, as the document declares',
    'declares no limit (429)',
    "limit: { burst: { allow: '100/second', per: 'user' } } there",
  )

function cors(headers: Headers): Outcome {
  const allowed = headers.get('access-control-allow-origin')
  if (allowed === null) return passed('a page of an origin that nobody lists was told nothing')
  return failed(
    `a page of ${stranger} may read the document (${allowed})`,
    'list origins: cors: { origins: [https://...] }',
  )
}

function csrf(operations: readonly Named[], { components }: Document): Outcome {
  const known = components?.securitySchemes ?? {}
  const isAmbient = (name: string) => {
    const scheme = Object.hasOwn(known, name) ? known[name] : undefined
    return scheme === undefined || scheme.in === 'cookie' || scheme.scheme === 'basic'
  }
  const ambient = calledThat(operations, op => changes(op) && op.ways.flatMap(Object.keys).some(isAmbient))
  if (ambient.length === 0) return passed('no credential is declared that browsers add by themselves')
  return notChecked(`${told(ambient)}: a document does not tell`, 'inspect: { csrf: true } there')
}

function headers(given: Headers): Outcome {
  const lacking = ['x-content-type-options', 'x-frame-options'].filter(name => !given.has(name))
  return unlessAny(lacking, 'the document came with them', 'is missing', 'protect: { securityHeaders: true }')
}

const unseen = (what: string) => notChecked(`a document does not tell ${what}`, 'look at the application itself')

/** What an OpenAPI document at a URL tells, and how it came. */
export async function lookAtDocument(text: string): Promise<Looked> {
  const asked = await ask(text)
  if (Object.values(asked.document.paths).some(item => '$ref' in item))
    throw new Failure('the document tells paths elsewhere ($ref), which is not followed')
  const operations = operationsOf(asked.document)
  if (operations.length === 0) throw new Failure('the document declares no operation: there is nothing to look at')
  return {
    https: https(asked.url),
    authentication: authentication(operations),
    authorization: authorization(operations),
    input: input(operations),
    output: output(operations),
    errors: unseen('what an error shows'),
    logging: unseen('what is logged'),
    limits: limits(operations),
    cors: cors(asked.headers),
    csrf: csrf(operations, asked.document),
    headers: headers(asked.headers),
    secrets: unseen('where secrets are kept'),
  }
}
