import { Problem, type Target, type TemplateMatch, type TemplateTable } from '@sallyport/core'
import type { Route } from '../route.ts'
import type { Branch } from '../routes.ts'

/** `depth` is how many segments an API's path has. */
interface Deep {
  readonly depth: number
}

/** What there is of each API, by the API's path. */
interface Apis<A extends Deep> {
  readonly apis: ReadonlyMap<string, A>
  /** How many segments the longest API path has. */
  readonly deepest: number
}

/** The templates of each API. */
type Tables<T> = Apis<Deep & { readonly table: TemplateTable<T> }>

/** Where a path leads: the operations that share its template, and what the template captured. */
export interface Found<T> {
  readonly branch: T
  readonly template: string
  /** The template itself has a `;`. */
  readonly matrix: boolean
  readonly parameters: Readonly<Record<string, string>>
}

function apiAt<A extends Deep>({ apis }: Apis<A>, segments: readonly string[], depth: number): A | undefined {
  const api = apis.get(depth === 0 ? '' : `/${segments.slice(0, depth).join('/')}`)
  return api?.depth === depth ? api : undefined
}

/** The API with the longest path that the segments begin with; nothing falls through to a shorter one. */
export function findApi<A extends Deep>(apis: Apis<A>, segments: readonly string[]): A | undefined {
  for (let depth = Math.min(apis.deepest, segments.length); depth >= 0; depth--) {
    const api = apiAt(apis, segments, depth)
    if (api !== undefined) return api
  }
  return undefined
}

/** Where segments lead: to an API, and there perhaps to a template. */
interface Led<T> {
  readonly api: TemplateTable<T>
  readonly match: TemplateMatch<T> | undefined
}

function lead<T>(tables: Tables<T>, segments: readonly string[]): Led<T> | undefined {
  const api = findApi(tables, segments)
  return api && { api: api.table, match: api.table.match(segments.slice(api.depth)) }
}

/** With %2F decoded, as some backends do, the path must not be another operation's or another API's. */
function requireSame<T>(found: Led<T>, other: Led<T> | undefined): void {
  if (other === undefined) return
  if (other.api === found.api && (other.match === undefined || other.match.value === found.match?.value)) return
  throw new Problem(
    'target-ambiguous',
    {},
    `with %2F decoded the path would be ${other.match?.template ?? 'of another API'}`,
  )
}

/** The operations at a path. Throws Problem `route-unknown`, or `target-ambiguous` where %2F would make it another one. */
export function findBranch<T>(tables: Tables<T>, target: Target): Found<T> {
  const led = lead(tables, target.segments)
  const match = led?.match
  if (target.matrix && match?.matrix !== true) {
    throw new Problem('target-malformed', { detail: 'matrix parameters are not read here' }, 'a path segment holds ;')
  }
  if (led === undefined || match === undefined) throw new Problem('route-unknown', {}, 'no operation has this path')
  if (target.slashed !== undefined) requireSame(led, lead(tables, target.slashed))
  return { branch: match.value, template: match.template, matrix: match.matrix, parameters: match.parameters }
}

const serves = (route: Route, method: string) =>
  route.method === method || route.method === '*' || (method === 'HEAD' && route.method === 'GET')

function allowed(branch: Branch): string {
  const methods = new Set(branch.map(route => route.method))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort().join(', ')
}

/** The operations of a branch for a method, exact ones before HEAD as GET. Throws Problem `method-unknown` with Allow. */
export function withMethod(branch: Branch, method: string): readonly Route[] {
  const exact = branch.filter(route => route.method === method)
  const routes = exact.length > 0 ? exact : branch.filter(route => serves(route, method))
  if (routes.length > 0) return routes
  const allow = allowed(branch)
  throw new Problem('method-unknown', { headers: [['Allow', allow]] }, `this path has ${allow}`)
}
