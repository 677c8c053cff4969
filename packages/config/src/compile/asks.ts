import { AskError, type AskReader, type AskSize, type Asks, needsPackage, readAsks } from '@sallyport/core'
import { mcpReader } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

/** Sizes of GraphQL documents, unless others are written. */
const usualSize: AskSize = { depth: 20, fields: 1000, repeats: 1 }

const readers: Readonly<Record<AskReader['protocol'], () => Promise<AskReader>>> = {
  mcp: async () => mcpReader,
  graphql: async () => {
    const { graphqlReader } = await import('@sallyport/stages/graphql').catch(needsPackage('graphql', 'graphql'))
    return graphqlReader
  },
}

const methodsOf: Readonly<Record<AskReader['protocol'], readonly string[]>> = {
  mcp: ['POST'],
  graphql: ['POST', 'GET'],
}

/** What stands in a key after method and path, as the operation's own. Undefined, with a mistake, where it names nothing. */
export async function compileAsks(
  text: string,
  method: string,
  size: Partial<AskSize>,
  path: Path,
  work: Compilation,
): Promise<Asks | undefined> {
  try {
    const { protocol, names } = readAsks(text)
    if (!methodsOf[protocol].includes(method)) throw new AskError(`is asked for by ${methodsOf[protocol].join(' or ')}`)
    if (method === 'GET' && !text.startsWith('query '))
      throw new AskError('is asked for by POST: a GET only asks queries')
    const reader = await readers[protocol]()
    return { reader, names, most: protocol === 'graphql' ? { ...usualSize, ...size } : undefined }
  } catch (error) {
    if (!(error instanceof AskError || error instanceof TypeError)) throw error
    work.mistake(path, `${JSON.stringify(text)} ${error.message}`)
    return undefined
  }
}

/** Whether an operation is told by what messages ask for. */
export const isAsked = ({ operation }: Compiled): boolean => operation.selector?.asks !== undefined

/** Where messages are read, calls of methods that bring none have no body: a server might read one. */
export function withoutBodies(compiled: readonly Compiled[]): readonly Compiled[] {
  const paths = new Set(compiled.filter(isAsked).map(({ operation }) => operation.template))
  if (paths.size === 0) return compiled
  return compiled.map(one =>
    paths.has(one.operation.template) && one.operation.method !== 'POST'
      ? { ...one, operation: { ...one.operation, maxBody: 0 } }
      : one,
  )
}
