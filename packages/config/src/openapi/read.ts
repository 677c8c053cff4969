import { readDocument } from '../read/document.ts'
import { inOrder, type Mistake } from '../read/mistake.ts'
import { nodeAt, type Tree } from '../read/tree.ts'
import { type OpenApiOperation, readPaths } from './operations.ts'
import { Reading, textAt } from './part.ts'
import { readServers } from './servers.ts'

export type { OpenApiOperation }

export interface OpenApi {
  /** Undefined where it can't be read. */
  readonly tree: Tree | undefined
  readonly title: string | undefined
  readonly operations: readonly OpenApiOperation[]
  /** The servers' URLs, variables replaced by their defaults. */
  readonly servers: readonly string[]
  /** What keeps the document from being used. */
  readonly mistakes: readonly Mistake[]
  /** What was left out, and harms nothing. */
  readonly notes: readonly Mistake[]
}

/**
 * Reads the operations and their security from an OpenAPI 3.0 or 3.1 document, JSON or YAML. Follows the references of
 * path items and security schemes within the document and never fetches. Nothing else in it is looked at.
 */
export function readOpenApi(text: string, file: string): OpenApi {
  const read = readDocument(text, file)
  if ('mistakes' in read)
    return { tree: undefined, title: undefined, operations: [], servers: [], mistakes: read.mistakes, notes: [] }
  const { tree } = read
  const reading = new Reading(tree)
  const operations = readVersion(reading) ? readPaths(reading) : []
  return {
    tree,
    title: textAt(nodeAt(tree, ['info']), 'title'),
    operations,
    servers: readServers(tree),
    mistakes: inOrder(reading.mistakes),
    notes: inOrder(reading.notes),
  }
}

function readVersion(reading: Reading): boolean {
  const version = nodeAt(reading.tree, ['openapi'])
  const swagger = nodeAt(reading.tree, ['swagger'])
  if (version?.kind === 'scalar' && /^3\.[01]\.\d+/.test(String(version.value))) return true
  if (version !== undefined) reading.wrong(['openapi'], 'must be a version 3.0 or 3.1, such as "3.1.0"')
  else if (swagger !== undefined)
    reading.wrong(['swagger'], 'Swagger 2.0 is not read; convert the document to OpenAPI 3')
  else reading.wrong([], 'this is not an OpenAPI document: it has no key "openapi"')
  return false
}
