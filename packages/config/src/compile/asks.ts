import {
  AskError,
  type AskProtocol,
  type AskReader,
  type AskSize,
  type Asks,
  needsPackage,
  readAsks,
} from '@sallyport/core'
import { mcpReader } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

/** How calls of one protocol are taken. */
interface Spoken {
  /** By which methods it is asked. */
  readonly methods: readonly string[]
  /** How large what is asked for may be, unless something else is written; undefined where it has no size. */
  readonly usualSize: AskSize | undefined
  reader(): Promise<AskReader>
}

const protocols: Readonly<Record<AskProtocol, Spoken>> = {
  mcp: { methods: ['POST'], usualSize: undefined, reader: async () => mcpReader },
  graphql: {
    methods: ['POST', 'GET'],
    usualSize: { depth: 20, fields: 1000, repeats: 1 },
    async reader() {
      const { graphqlReader } = await import('@sallyport/stages/graphql').catch(needsPackage('graphql', 'graphql'))
      return graphqlReader
    },
  },
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
    const { methods, usualSize, reader } = protocols[protocol]
    if (!methods.includes(method)) throw new AskError(`is asked for by ${methods.join(' or ')}`)
    if (method === 'GET' && !text.startsWith('query '))
      throw new AskError('is asked for by POST: a GET only asks queries')
    return { reader: await reader(), names, most: usualSize && { ...usualSize, ...size } }
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
