import { isList, isNode } from '../compile/node.ts'
import type { Literal } from '../logic/literals.ts'
import type { Value } from '../values/value.ts'
import { agree, candidatesOf } from './agree.ts'
import type { Branch } from './branches.ts'
import { type Effort, spend } from './effort.ts'
import { type Fact, type Said, saidBy, termOf } from './facts.ts'
import { alwaysSaid, followsFrom } from './known.ts'
import { expressionOf, pureOf } from './pure.ts'

/** An expression in which a value stands for a term. */
function withValue(json: unknown, term: string, value: unknown): unknown {
  if (termOf(json) === term) return value
  if (isList(json)) return json.map(each => withValue(each, term, value))
  if (!isNode(json)) return json
  return Object.fromEntries(Object.entries(json).map(([name, inside]) => [name, withValue(inside, term, value)]))
}

/** Whether a condition may be as it is wanted where a term has a value: what can't be told may. */
function mayBe({ json, wanted }: Literal, term: string, value: Value, effort: Effort): boolean {
  const expression = expressionOf(value)
  if (expression === undefined || !spend(effort, termOf(json).length)) return true
  const pure = pureOf(withValue(json, term, expression))
  return pure.is === 'unknown' || (pure.is === 'value' && pure.value === wanted)
}

const valuesIn = (fact: Fact) => ('values' in fact ? fact.values.length : 1)

/** Values of facts are compared with each other. */
const comparisonsOf = (facts: readonly Fact[]) => facts.reduce((sum, fact) => sum + valuesIn(fact), 0) ** 2 / 4

function hasValue(term: string, facts: readonly Fact[], branch: Branch, effort: Effort): boolean {
  if (facts.length > 1 && !spend(effort, comparisonsOf(facts))) return true
  if (!agree(facts)) return false
  const candidates = candidatesOf(facts)
  if (candidates === undefined) return true
  const about = branch.filter(({ json }) => termOf(json).includes(term))
  return candidates.some(value => about.length < 2 || about.every(literal => mayBe(literal, term, value, effort)))
}

/** Less than something, and yet equal to it or more. */
function isOrdered(said: readonly Said[]): boolean {
  const isTrue = ({ fact }: Said) => fact.says === 'among' && fact.values.includes(true)
  const trues = new Set(said.filter(isTrue).map(({ term }) => term))
  return ![...trues].some(term => {
    const less: unknown = JSON.parse(term)['<']
    if (!isNode(less)) return false
    const { left, right } = less
    const others = [
      { '<': { left: right, right: left } },
      { '==': { left, right } },
      { '==': { left: right, right: left } },
    ]
    return others.some(other => trues.has(termOf(other)))
  })
}

function isNever({ json, wanted }: Literal): boolean {
  const pure = pureOf(json)
  return pure.is === 'error' || (pure.is === 'value' && pure.value !== wanted)
}

/** Whether conditions contradict each other, or one of them itself: no question can have them all as they are wanted. */
function contradicts(branch: Branch, effort: Effort): boolean {
  if (!spend(effort, branch.length ** 2)) return false
  if (branch.some(isNever)) return true
  const said = branch.flatMap(saidBy)
  const named = new Set(said.map(({ term }) => term))
  const all = [...said, ...alwaysSaid, ...followsFrom(said)].filter(({ term }) => named.has(term))
  const byTerm = Map.groupBy(all, ({ term }) => term)
  return (
    !isOrdered(said) ||
    [...byTerm].some(
      ([term, each]) =>
        !hasValue(
          term,
          each.map(({ fact }) => fact),
          branch,
          effort,
        ),
    )
  )
}

/**
 * The conditions of a branch that contradict each other, none of which could be left out as far as the effort went; undefined where none do,
 * or it takes more effort to find out.
 */
export function conflictIn(branch: Branch, effort: Effort): Branch | undefined {
  if (!contradicts(branch, effort)) return undefined
  return branch.reduce<Branch>((left, literal) => {
    const others = left.filter(each => each !== literal)
    return contradicts(others, effort) ? others : left
  }, branch)
}
