import { isNode } from '../compile/node.ts'
import { conjunctsOf, disjunctsOf, type Literal } from '../logic/literals.ts'

/** Conditions that all must be as they are wanted, none of them made of others by `&&`, `||`, `!` or `if`. */
export type Branch = readonly Literal[]

/** Ways to be true that are looked at. */
const most = 64

/** The ways in which one condition may be as it is wanted, each in conditions. */
function waysOf({ json, wanted }: Literal): readonly Branch[] {
  const disjuncts = disjunctsOf(json, wanted)
  if (disjuncts.length > 1) return disjuncts.map(each => [each])
  const choice = isNode(json) ? json['if-then-else'] : undefined
  if (!isNode(choice)) return [[{ json, wanted }]]
  return [
    [
      { json: choice.if, wanted: true },
      { json: choice.then, wanted },
    ],
    [
      { json: choice.if, wanted: false },
      { json: choice.else, wanted },
    ],
  ]
}

const isWhole = (branch: Branch, [literal]: readonly Literal[]) =>
  branch.length === 1 && branch[0]?.json === literal?.json

/** All ways in which conditions may be as they are wanted; undefined where they are too many. */
export function branchesOf(conditions: readonly Literal[]): readonly Branch[] | undefined {
  let branches: readonly Branch[] = [[]]
  for (const literal of conditions.flatMap(({ json, wanted }) => conjunctsOf(json, wanted))) {
    const ways = waysOf(literal)
    const [only = []] = ways
    const found = ways.length === 1 && isWhole(only, [literal]) ? [[literal]] : allBranches(ways)
    if (found === undefined || branches.length * found.length > most) return undefined
    branches = branches.flatMap(branch => found.map(more => [...branch, ...more]))
  }
  return branches
}

function allBranches(ways: readonly Branch[]): readonly Branch[] | undefined {
  const found = ways.map(branchesOf)
  return found.includes(undefined) ? undefined : found.flatMap(branches => branches ?? [])
}
