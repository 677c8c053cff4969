import type { Json, NamedFacts, Need, RuleFault, View, Words } from '@sallyport/core'
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
import { membersOf, type WrittenBody } from './body.ts'
import { namesBelow, type Paths } from './context.ts'
import { askingBy } from './question.ts'
import { shownBy } from './shown-time.ts'
import { ruleFault, schemaFor, slow } from './vocabulary.ts'

/** The reference engine, and what reads policies beside it. */
export type Cedar = typeof import('@sallyport/policy/cedar')

/** Policies, ready to judge calls. */
export interface Judge {
  readonly policies: readonly Pick<Policy, 'id' | 'effect'>[]
  /** `body` is the call's JSON, where it is read. Throws Problem `policy-refuses` where it can't be told what policies judge by. */
  ask(view: View, body: Json | undefined): Question
  decideOn(question: Question): Decision
  /** Whether the JSON body of a call must be there for it to be judged. */
  readsBody(view: View): boolean
  readonly needs: readonly Need[]
  readonly names: NamedFacts
  /** The policies as they were read and made, to be explained. */
  readonly sources: Pick<Explaining, 'policies' | 'ready' | 'zone'>
  readonly engine: Cedar
  /** Whether the reference engine judges by a policy: that can't tell what isn't known from what isn't there. */
  isOpaque(id: string): boolean
  /** Of policies that judge alike it is the same. */
  readonly source: string
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

/** What policies judge by beside their text. */
export interface JudgeSetting {
  /** Where their clock hangs. */
  readonly zone: string
  readonly body: WrittenBody | undefined
}

function judgeBy(policies: readonly ReadPolicy[], setting: JudgeSetting, cedar: Cedar): Judge {
  const { zone, body: written } = setting
  const body = written && membersOf(written)
  const paths = policies.flatMap(({ json }) => contextPaths(json))
  const { policies: ready, byReference } = cedar.judged(policies)
  const decide = deciding(ready)
  const naming = ready.map((policy, i) => ({ policy, paths: contextPaths(policies[i]?.json) }))
  const askingOf = askingBy({ clock: shownBy(zone), body }, naming)
  return {
    policies: ready,
    decideOn: decide,
    ask: (view, body) => askingOf(view.call.operation).ask(view, body),
    readsBody: ({ call }) => askingOf(call.operation).readsBody,
    needs: body === undefined ? [] : ['body'],
    names: namedIn(policies, paths),
    sources: { policies, ready, zone },
    engine: cedar,
    source: JSON.stringify([zone, written ?? null, ...policies.map(({ id, text }) => [id, text])]),
    isOpaque: id => byReference.some(policy => policy.id === id),
    notes: byReference.map(({ id, place }) => ruleFault(slow(id, place))),
    faults(words) {
      const found = cedar.validated(policies, schemaFor({ paths, body }, words))
      return (found.length > 0 ? found : cedar.contradictionsIn(policies)).map(ruleFault)
    },
    without: left =>
      judgeBy(
        policies.filter(({ id }) => id !== left),
        setting,
        cedar,
      ),
  }
}

/** The judge that a file of policies makes. Throws PolicyFault where it can't be judged by. */
export const judgeOf = (text: string, setting: JudgeSetting, cedar: Cedar): Judge =>
  judgeBy(readAll(text, cedar), setting, cedar)
