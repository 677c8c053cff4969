import { type IdentifyTree, isAll, isAny, type Method, type Principal } from '@sallyport/core'

function intersection(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets
  return new Set([...(first ?? [])].filter(item => others.every(set => set.has(item))))
}

/**
 * Together they may do what each of them may: the first names the caller, scopes intersect, a token's grant holds. None may be
 * missing, and there is one grant at the most: there is one credential to put in the token's place.
 */
function together(principals: readonly (Principal | undefined)[]): Principal | undefined {
  const known = principals.filter(principal => principal !== undefined)
  const [first] = known
  if (first === undefined || known.length < principals.length) return undefined
  const [granted, another] = known.flatMap(({ grant }) => grant ?? [])
  if (another !== undefined) return undefined
  return {
    ...first,
    scopes: intersection(known.map(principal => principal.scopes)),
    ...(granted && { grant: granted }),
  }
}

/**
 * One verdict out of many good credentials: `any` takes the first listed, `all` wants every one. Undefined where what
 * came is not enough: that is never anonymous, who stands in only where nothing at all was presented.
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
