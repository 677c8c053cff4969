import type { NamedFacts, RuleFault, View, Words } from '@sallyport/core'
import {
  contextPaths,
  type Decision,
  deciding,
  type Explaining,
  namesIn,
  type Policy,
  PolicyFault,
  type Question,
} from '@sallyport/policy'
import type { ReadPolicy } from '@sallyport/policy/cedar'
import { namesBelow, type Paths } from './context.ts'
import { questionBy } from './question.ts'
import { ruleFault, schemaFor, slow } from './vocabulary.ts'

/** The reference engine, as far as loading policies needs it. */
export type Cedar = typeof import('@sallyport/policy/cedar')

/** Policies, ready to judge calls. */
export interface Judge {
  readonly policies: readonly Pick<Policy, 'id' | 'effect'>[]
  decide(view: View): Decision
  decideOn(question: Question): Decision
  readonly names: NamedFacts
  /** The policies as they were read and made, to be explained. */
  readonly sources: Pick<Explaining, 'policies' | 'ready' | 'zone'>
  /** What they are good for, and yet worth a look. */
  readonly notes: readonly RuleFault[]
  /** What they name that isn't there, or can never be. */
  faults(words: Words): readonly RuleFault[]
  /** The judge that they make without one of them. */
  without(id: string): Judge
}

/** Reads a file of policies. Throws PolicyFault where it can't be judged by. */
function readAll(text: string, { readPolicies }: Cedar): readonly ReadPolicy[] {
  const policies = readPolicies(text)
  const named = new Set<string>()
  for (const { id, place } of policies) {
    if (named.has(id)) throw new PolicyFault(`another policy is named ${JSON.stringify(id)} too`, place)
    named.add(id)
  }
  if (policies.every(({ json }) => json.effect === 'forbid'))
    throw new PolicyFault(
      'nothing in it permits anything, so every call would be refused; to allow what is not forbidden, add: permit (principal, action, resource);',
    )
  return policies
}

function namedIn(policies: readonly ReadPolicy[], paths: Paths): NamedFacts {
  const { attributes, texts, entities } = namesIn(policies.map(({ json }) => json))
  const ids = (type: string) => [...new Set(entities.flatMap(uid => (uid.type === type ? [uid.id] : [])))]
  return {
    attributes,
    ...{ roles: ids('Role'), groups: ids('Group'), scopes: [...texts] },
    ...{ headers: namesBelow('headers', paths), query: namesBelow('query', paths) },
  }
}

function judgeBy(policies: readonly ReadPolicy[], zone: string, cedar: Cedar): Judge {
  const paths = policies.flatMap(({ json }) => contextPaths(json))
  const { policies: ready, byReference } = cedar.judged(policies)
  const decide = deciding(ready)
  const question = questionBy(zone, paths)
  return {
    policies: ready,
    decideOn: decide,
    decide: view => decide(question(view)),
    names: namedIn(policies, paths),
    sources: { policies, ready, zone },
    notes: byReference.map(({ id, place }) => ruleFault(slow(id, place))),
    faults: words => cedar.validated(policies, schemaFor(paths, words)).map(ruleFault),
    without: left =>
      judgeBy(
        policies.filter(({ id }) => id !== left),
        zone,
        cedar,
      ),
  }
}

/** The judge that a file of policies makes, whose clock hangs in a zone. Throws PolicyFault where it can't be judged by. */
export const judgeOf = (text: string, zone: string, cedar: Cedar): Judge => judgeBy(readAll(text, cedar), zone, cedar)
