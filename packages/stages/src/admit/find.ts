import { Problem, type Target, type TemplateTable } from '@sallyport/core'
import type { Branch, Route, Routes } from '../routes.ts'

/** Where a path leads: the operations that share its template, and what the template captured. */
export interface Found {
  readonly branch: Branch
  readonly template: string
  /** The template itself has a `;`. */
  readonly matrix: boolean
  readonly parameters: Readonly<Record<string, string>>
}

function tableAt(routes: Routes, segments: readonly string[], depth: number): TemplateTable<Branch> | undefined {
  const api = routes.apis.get(depth === 0 ? '' : `/${segments.slice(0, depth).join('/')}`)
  return api?.depth === depth ? api.table : undefined
}

/** The API with the longest path that the segments begin with decides; nothing falls through to a shorter one. */
function findSegments(routes: Routes, segments: readonly string[]): Found | undefined {
  for (let depth = Math.min(routes.deepest, segments.length); depth >= 0; depth--) {
    const table = tableAt(routes, segments, depth)
    if (table === undefined) continue
    const match = table.match(segments.slice(depth))
    return (
      match && { branch: match.value, template: match.template, matrix: match.matrix, parameters: match.parameters }
    )
  }
  return undefined
}

/** The operations at a path. Throws Problem `route-unknown`, or `target-ambiguous` where %2F would make it another one. */
export function findBranch(routes: Routes, target: Target): Found {
  const found = findSegments(routes, target.segments)
  if (target.matrix && found?.matrix !== true) {
    throw new Problem('target-malformed', { detail: 'matrix parameters are not read here' }, 'a path segment holds ;')
  }
  if (found === undefined) throw new Problem('route-unknown', {}, 'no operation has this path')
  if (target.slashed !== undefined) {
    const other = findSegments(routes, target.slashed)
    if (other !== undefined && other.branch !== found.branch) {
      throw new Problem('target-ambiguous', {}, `with %2F decoded the path would be ${other.template}`)
    }
  }
  return found
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
