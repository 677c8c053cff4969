import { type AuthorizeGuard, Problem, type Site, type View } from '@sallyport/core'
import { z } from 'zod'
import { type Bound, guardKind } from '../kind.ts'
import { roles } from './roles.ts'
import { scopes } from './scopes.ts'

const alternative = z
  .strictObject({ scopes: scopes.settings.optional(), roles: roles.settings.optional() })
  .refine(rules => rules.scopes !== undefined || rules.roles !== undefined, 'needs scopes or roles')
  .transform(rules => [rules.scopes, rules.roles].filter(rule => rule !== undefined))

const label = (rules: readonly Bound<AuthorizeGuard>[]) => rules.map(rule => rule.label).join(' and ')

/** Every rule of one alternative must hold. Only a promise-free refusal counts as one: a fault stays a fault. */
function refused(guards: readonly AuthorizeGuard[], view: View, site: Site): Problem | undefined {
  try {
    for (const guard of guards) guard.check(view, site)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

interface Alternative {
  readonly id: string
  readonly guards: readonly AuthorizeGuard[]
}

function anyOfGuard(alternatives: readonly Alternative[]): AuthorizeGuard {
  return {
    scopes: alternatives.flatMap(({ guards }) => guards.flatMap(guard => guard.scopes)),
    check(view, site) {
      const problems: Problem[] = []
      for (const { guards } of alternatives) {
        const problem = refused(guards, view, site)
        if (problem === undefined) return
        problems.push(problem)
      }
      const reason = problems.map(problem => problem.reason).join('; or ')
      throw new Problem('not-allowed', { missing: problems[0]?.shown.missing ?? {} }, reason)
    },
    parts: {
      all: alternatives.map(({ id }) => ({ id, permits: true })),
      deciding: (view, site) =>
        alternatives.filter(({ guards }) => refused(guards, view, site) === undefined).map(({ id }) => id),
      without: left => anyOfGuard(alternatives.filter(({ id }) => id !== left)),
    },
  }
}

/** One of several alternatives is enough. */
export const anyOf = guardKind({
  kind: 'anyOf',
  settings: z.array(alternative).min(1),
  label: alternatives => alternatives.map(label).join(' or '),
  create: (alternatives, ports, rule) =>
    anyOfGuard(
      alternatives.map(rules => ({ id: label(rules), guards: rules.map(bound => bound.create(ports, rule)) })),
    ),
})
