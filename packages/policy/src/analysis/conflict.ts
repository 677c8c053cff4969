import { isList, isNode } from '../compile/node.ts'
import type { Literal } from '../logic/literals.ts'
import type { Value } from '../values/value.ts'
import { agree, candidatesOf } from './agree.ts'
import type { Branch } from './branches.ts'
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
function mayBe({ json, wanted }: Literal, term: string, value: Value): boolean {
  const expression = expressionOf(value)
  if (expression === undefined) return true
  const pure = pureOf(withValue(json, term, expression))
  return pure.is === 'unknown' || (pure.is === 'value' && pure.value === wanted)
}

function hasValue(term: string, facts: readonly Fact[], branch: Branch): boolean {
  if (!agree(facts)) return false
  const candidates = candidatesOf(facts)
  if (candidates === undefined) return true
  const about = branch.filter(({ json }) => termOf(json).includes(term))
  return candidates.some(value => about.length < 2 || about.every(literal => mayBe(literal, term, value)))
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
function contradicts(branch: Branch): boolean {
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
        ),
    )
  )
}

/** The conditions of a branch that contradict each other, none of which could be left out; undefined where none do. */
export function conflictIn(branch: Branch): Branch | undefined {
  if (!contradicts(branch)) return undefined
  return branch.reduce<Branch>((left, literal) => {
    const others = left.filter(each => each !== literal)
    return contradicts(others) ? others : left
  }, branch)
}
