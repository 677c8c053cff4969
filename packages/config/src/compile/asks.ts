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

/** Names of operations with selectors beside may repeat: those choose among them. */
const namesOf = ({ operation: { selector } }: Compiled): readonly string[] =>
  selector?.asks === undefined || Object.keys(selector).length > 1 ? [] : selector.asks.names

/** One path speaks one protocol, and nothing that it is asked for leads to two operations. */
export function checkAsks(compiled: readonly Compiled[], work: Compilation): void {
  const asked = new Set<string>()
  const plain = new Map<string, Compiled>()
  const spoken = new Map<string, AskReader>()
  const owners = new Map<string, string>()
  for (const one of compiled) {
    const { operation, path } = one
    const { method, template, selector, id } = operation
    const place = `${method} ${template}`
    const reader = selector?.asks?.reader
    if (reader === undefined) {
      if (selector === undefined) plain.set(place, one)
      continue
    }
    asked.add(place)
    const other = spoken.get(template) ?? reader
    if (other !== reader) work.mistake(path, `${template} is asked by ${other.protocol} and by ${reader.protocol}`)
    spoken.set(template, other)
    for (const name of namesOf(one)) {
      const owner = owners.get(`${place} ${name}`)
      if (owner !== undefined && owner !== id)
        work.mistake(path, `${JSON.stringify(name)} is asked for in ${owner} already`)
      owners.set(`${place} ${name}`, id)
    }
  }
  for (const [place, { path }] of plain)
    if (asked.has(place)) work.warn(path, `${place}: takes whatever is asked for and written nowhere else`)
}
