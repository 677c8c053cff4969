import { type AskReader, TemplateTable } from '@sallyport/core'
import { isAsked } from './asks.ts'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

/** Names of operations with selectors beside may repeat: those choose among them. */
const namesOf = ({ operation: { selector } }: Compiled): readonly string[] =>
  selector?.asks === undefined || Object.keys(selector).length > 1 ? [] : selector.asks.names

const placeOf = ({ operation: { method, template } }: Compiled) => `${method} ${template}`

/** One path speaks one protocol, and nothing that it is asked for leads to two operations. */
function checkOwners(asked: readonly Compiled[], work: Compilation): void {
  const spoken = new Map<string, AskReader['protocol']>()
  const owners = new Map<string, string>()
  for (const one of asked) {
    const { operation, path } = one
    const { template, selector, id } = operation
    const protocol = selector?.asks?.reader.protocol ?? 'mcp'
    const other = spoken.get(template) ?? protocol
    if (other !== protocol) work.mistake(path, `${template} is asked by ${other} and by ${protocol}`)
    spoken.set(template, other)
    for (const name of namesOf(one)) {
      const key = `${placeOf(one)} ${name}`
      const owner = owners.get(key) ?? id
      if (owner !== id) work.mistake(path, `${JSON.stringify(name)} is asked for in ${owner} already`)
      owners.set(key, owner)
    }
  }
}

const answersQueries: ReadonlySet<string> = new Set(['GET', 'HEAD', '*'])

/** A server of GraphQL answers what the query of a GET asks, too. */
function checkQueries(asked: readonly Compiled[], compiled: readonly Compiled[], work: Compilation): void {
  const isGraphql = ({ operation }: Compiled) => operation.selector?.asks?.reader.protocol === 'graphql'
  const templates = new Set(asked.filter(isGraphql).map(({ operation }) => operation.template))
  const places = new Set(asked.map(placeOf))
  for (const one of compiled) {
    const { method, template } = one.operation
    if (!templates.has(template) || !answersQueries.has(method) || places.has(placeOf(one))) continue
    work.mistake(one.path, `${placeOf(one)} takes what ?query= asks for unread: write GET ${template} query FIELD`)
  }
}

/** Messages are read as they come: what `decrypt` makes of them afterwards could ask for something else. */
function checkUnopened(asked: readonly Compiled[], work: Compilation): void {
  const opened = asked.find(({ operation }) => operation.inspect.some(({ kind }) => kind === 'decrypt'))
  if (opened !== undefined)
    work.mistake(opened.path, `${opened.operation.id} is chosen by its message, which decrypt would change afterwards`)
}

/** Paths that some servers take for a path. */
const spellings = (path: string): readonly string[] => [`${path}/`, path.toUpperCase(), path.toLowerCase()]

/** Whether an operation is called by another spelling of a path. */
function takesSpelling({ operation: { template } }: Compiled, path: string): boolean {
  const table = new TemplateTable([{ template, value: true }])
  return spellings(path).some(one => one !== path && table.match(one.slice(1).split('/')) !== undefined)
}

/** What may be meant, and what is easily overlooked: all that an operation takes which says nothing of what it is asked for. */
function warnOfOthers(asked: readonly Compiled[], compiled: readonly Compiled[], work: Compilation): void {
  const places = new Set(asked.map(placeOf))
  const paths = new Set(asked.map(({ operation }) => operation.template))
  for (const one of compiled) {
    const { selector } = one.operation
    if (selector === undefined && places.has(placeOf(one)))
      work.warn(one.path, `${placeOf(one)}: takes whatever is asked for and written nowhere else`)
    if (paths.has(one.operation.template)) continue
    for (const path of paths)
      if (takesSpelling(one, path))
        work.warn(one.path, `${placeOf(one)}: takes what some servers take for ${path}, and nothing of it is read`)
  }
}

/** What is asked for is written so that it leads to one operation. */
export function checkAsks(compiled: readonly Compiled[], work: Compilation): void {
  const asked = compiled.filter(isAsked)
  checkOwners(asked, work)
  checkUnopened(asked, work)
  checkQueries(asked, compiled, work)
  if (asked.length === 0 || work.mistakes.length > 0) return
  warnOfOthers(asked, compiled, work)
}
