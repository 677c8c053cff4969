import type { AuthorizeGuard, Guard, Rule } from '@sallyport/core'
import type { Made } from '../judge.ts'
import type { StagePorts } from '../ports.ts'

/** A rule on trial with the guards that stand for it. */
interface Standing {
  readonly rule: Pick<Rule<StagePorts, unknown>, 'kind'>
  readonly made: readonly Made<AuthorizeGuard>[]
}

/**
 * The guards of a stage in the order of its table: those on trial after the enforced ones of their kind. `enforced` are made of `rules`, one
 * each; rules of no kind of the table come last.
 */
export function inOrder(
  table: object,
  rules: readonly Pick<Rule<StagePorts, unknown>, 'kind'>[],
  enforced: readonly Made<Guard>[],
  tried: readonly Standing[],
): readonly Made<Guard>[] {
  if (tried.length === 0) return enforced
  const order = Object.keys(table)
  const placeOf = (kind = '') => (order.includes(kind) ? order.indexOf(kind) : order.length)
  const all: { readonly place: number; readonly made: readonly Made<Guard>[] }[] = [
    ...enforced.map((made, i) => ({ place: placeOf(rules[i]?.kind), made: [made] })),
    ...tried.map(({ rule, made }) => ({ place: placeOf(rule.kind), made })),
  ]
  return all.toSorted((a, b) => a.place - b.place).flatMap(({ made }) => made)
}
