import { type IdentifyTree, type Method, type Principal, Problem } from '@sallyport/core'
import { isAll, isAny } from './identification.ts'

const incomplete = () =>
  new Problem('credential-bad', {}, 'only some of the credentials that are needed together were sent')

function intersection(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets
  return new Set([...(first ?? [])].filter(item => others.every(set => set.has(item))))
}

/** Together they may do what each of them may: the first names the caller, scopes intersect. */
function together(principals: readonly (Principal | undefined)[]): Principal | undefined {
  const known = principals.filter(principal => principal !== undefined)
  const [first] = known
  if (first === undefined) return undefined
  if (known.length < principals.length) throw incomplete()
  return { ...first, scopes: intersection(known.map(principal => principal.scopes)) }
}

/**
 * One verdict out of many: `any` takes the first listed that was good, `all` wants every one. Anonymous stands in only
 * where nothing at all was presented. Undefined where no credential came.
 */
export function combine(tree: IdentifyTree<Method>, good: ReadonlyMap<Method, Principal>): Principal | undefined {
  if (isAny(tree)) {
    let first: Principal | undefined
    for (const child of tree.any) first ??= combine(child, good)
    return first
  }
  if (isAll(tree)) return together(tree.all.map(child => combine(child, good)))
  return good.get(tree)
}
