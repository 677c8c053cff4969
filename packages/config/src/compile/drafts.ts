import { nearest, readTemplate } from '@sallyport/core'
import type { OpenApi, OpenApiOperation } from '../openapi/read.ts'
import type { Path } from '../read/tree.ts'
import type { WrittenApi, WrittenOperation } from '../schema/api.ts'
import type { Compilation } from './compilation.ts'

/** One operation before inheritance: where it was written, and what the OpenAPI document says of it. */
export interface Draft {
  readonly method: string
  readonly template: string
  /** What stands behind the template: what messages ask for. */
  readonly asks: string | undefined
  readonly path: Path
  readonly written: WrittenOperation
  readonly documented: OpenApiOperation | undefined
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '*']
const nothing: WrittenOperation = { without: [] }

type Key = Pick<Draft, 'method' | 'template' | 'asks'>

/** Method and path template, and perhaps what messages ask for: `POST /mcp tools/call search_items`. */
const keyForm = /^(\S+) (\/\S*)(?: (.+))?$/

function readKey(key: string, path: Path, work: Compilation): Key | undefined {
  const [, method, template, asks] = keyForm.exec(key) ?? []
  if (method === undefined || template === undefined) {
    work.mistake(path, 'needs a method and a path template, such as GET /items/{id}')
    return undefined
  }
  if (!methods.includes(method)) {
    const near = nearest(method, methods)
    work.mistake(path, `unknown method ${JSON.stringify(method)}`, { allowed: methods, ...(near && { nearest: near }) })
    return undefined
  }
  try {
    readTemplate(template)
    return { method, template, asks }
  } catch (error) {
    work.mistake(path, error instanceof Error ? error.message : 'not a path template')
    return undefined
  }
}

/** Everything below the API's path, for an API that lists no operations. */
const catchAll = ['/', '/{path*}']

/** The operations that are written, and those that the document alone knows. */
export function draftsOf(api: WrittenApi, document: OpenApi | undefined, path: Path, work: Compilation): Draft[] {
  const drafts: Draft[] = []
  const documented = new Map(
    document?.operations.map(operation => [`${operation.method} ${operation.template}`, operation]),
  )
  const named = new Set<string>()
  for (const [key, entries] of Object.entries(api.operations ?? {})) {
    const at = [...path, 'operations', key]
    const read = readKey(key, at, work)
    if (read === undefined) continue
    const plain = `${read.method} ${read.template}`
    for (const [i, written] of entries.entries()) {
      drafts.push({ ...read, path: entries.length === 1 ? at : [...at, i], written, documented: documented.get(plain) })
    }
    named.add(plain)
  }
  for (const key of named) documented.delete(key)
  for (const operation of documented.values()) {
    drafts.push({
      method: operation.method,
      template: operation.template,
      asks: undefined,
      path,
      written: nothing,
      documented: operation,
    })
  }
  if (api.operations !== undefined || api.openapi !== undefined) return drafts
  return catchAll.map(template => ({
    method: '*',
    template,
    asks: undefined,
    path,
    written: nothing,
    documented: undefined,
  }))
}

type WrittenSelector = NonNullable<WrittenOperation['select']>

function selectorText(selector: WrittenSelector): string {
  const parts = Object.entries(selector).flatMap(([kind, members]) =>
    Object.entries(members ?? {}).map(([name, value]) => `${kind} ${name}=${JSON.stringify(value)}`),
  )
  return ` [${parts.join(', ')}]`
}

/** How records, policies and limits name it: `GET /items/{id} [query full="yes"]`. */
export const idOf = ({ method, template, asks, written }: Draft) =>
  `${method} ${template}${asks === undefined ? '' : ` ${asks}`}${written.select === undefined ? '' : selectorText(written.select)}`
