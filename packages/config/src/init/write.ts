import { basename } from 'node:path'
import { isLoopback } from '@sallyport/core'
import { isDocumentUrl } from '../openapi/ask.ts'
import type { OpenApiOperation } from '../openapi/operations.ts'
import type { OpenApi } from '../openapi/read.ts'
import { printable } from '../read/tree.ts'
import { type Authorization, authorizationOf } from './authorization.ts'

export interface Choices {
  /** URL of the service behind. */
  readonly upstream: string
  /** What the API is called, of letters, digits and hyphens; its path too. */
  readonly name: string
  /** The OpenAPI document's path, as seen from the configuration's folder, or its URL. */
  readonly file: string
}

/**
 * A configuration for the API that the document describes, with comments. It is closed: every operation of the document
 * is listed and wants a key with a scope, and there is no key yet.
 */
export function writeConfiguration(openapi: OpenApi, { upstream, name, file }: Choices): string {
  const title = openapi.title === undefined ? '' : ` (${oneLine(openapi.title)})`
  return `# The guard before ${name}, written by \`sallyport init\` from ${oneLine(basename(file))}${title}.
#
# It is closed: every operation below wants a key with a scope, and there is no key yet. What to do next:
#   1. sallyport check              shows who may call what, and why
#   2. sallyport key create --help  shows how to make a key with the scopes that its holder needs
#   3. sallyport up                 starts the gateway; changes of this file are taken up while it runs
# What is not listed is refused. To let anyone call an operation, write "authorize: anyone" under it.

# The version of this format.
sallyport: 1

gateway:
  # The port where callers arrive.
  http: 8080

# Where \`sallyport key create\` writes: hashes only, from which no key can be got back.
apiKeys: ./keys.yaml

apis:
  ${name}:
    # Callers call /${name}/...; this part is cut off before the call goes on.
    path: /${name}
    # The document that the operations come from.
    openapi: ${flowScalar(fromFolder(file))}
    # Who is calling: the application whose key stands in this header.
    identify: { apiKey: { header: X-API-Key } }
    # Larger bodies are refused.
    admit: { maxBody: 1MiB }
    # How much each application may call. A limit has a name, which a refusal tells: this one is "calls".
    limit:
      calls: { allow: 100/minute, per: application }
    # Who answers.${plainWarning(upstream)}
    forward: { to: ${flowScalar(upstream)} }
    # What may be called, and which scopes of the key it takes. Where the document names no scopes, they are
    # ${name}:read and ${name}:write.
${operationLines(openapi.operations, name)}
`
}

/** What keeps an upstream from loading is for the user to allow, not for us. */
function plainWarning(upstream: string): string {
  const { protocol, hostname } = new URL(upstream)
  if (protocol !== 'http:' || isLoopback(hostname)) return ''
  return ' This is plain HTTP beyond this machine: use https, or write "allowPlainHttp: true" beside "to".'
}

function operationLines(operations: readonly OpenApiOperation[], name: string): string {
  if (operations.length === 0) return '    operations: {}'
  return ['    operations:', ...operations.flatMap(operation => linesFor(operation, name))].join('\n')
}

function linesFor(operation: OpenApiOperation, name: string): string[] {
  const { method, template, operationId, summary, security } = operation
  const about = [operationId, summary].filter(text => text !== undefined).map(oneLine)
  const comments = [about.join(': '), security === 'none' ? 'The document lets anyone call this.' : '']
  const lines = comments.filter(text => text !== '').map(text => `# ${text}`)
  const rule = flowRule(authorizationOf(operation, name))
  return [...lines, `${blockKey(`${method} ${template}`)}: { authorize: ${rule} }`].map(line => `      ${line}`)
}

function flowRule(rule: Authorization): string {
  if ('scopes' in rule) return `{ scopes: [${rule.scopes.map(flowScalar).join(', ')}] }`
  return `{ anyOf: [${rule.anyOf.map(flowRule).join(', ')}] }`
}

/** A text as it is where it can't be taken for anything else, even within braces; else in quotes. */
function flowScalar(text: string): string {
  const literal = text.replaceAll('${', () => '$${')
  const isPlain = /^(?:\.{0,2}\/)?[A-Za-z_][\w./:-]*$/.test(literal) && !/:$|^(?:true|false|null)$/i.test(literal)
  return isPlain ? literal : inQuotes(literal)
}

function blockKey(text: string): string {
  return /^[A-Z]+ \/(?:[\w./:{}-]*[\w./{}-])?$/.test(text) ? text : inQuotes(text)
}

/** YAML's double quotes take all that JSON's do. */
function inQuotes(text: string): string {
  return printable(JSON.stringify(text))
}

function fromFolder(file: string): string {
  return isDocumentUrl(file) || /^(?:\.{0,2}\/|[A-Za-z]:)/.test(file) ? file : `./${file}`
}

const commentWidth = 100

/** A text from the document as part of a comment: on one line, not too long. */
function oneLine(text: string): string {
  const line = printable(text.trim().replace(/\s+/g, ' '))
  return line.length > commentWidth ? `${line.slice(0, commentWidth)}…` : line
}
