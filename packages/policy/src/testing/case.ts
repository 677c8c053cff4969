import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { compilePolicy, type Policy } from '../compile/policy.ts'
import { deciding } from '../decide.ts'
import { type Entities, entitiesOf } from '../entities.ts'
import type { Question } from '../question.ts'
import { judgedByReference } from '../reference/judged.ts'
import { jsonOf } from '../reference/read.ts'
import { cedarRecord, uidOf } from '../values/value-json.ts'

/** What is asked: everything as the reference takes it. */
export interface Asked {
  readonly principal: cedar.TypeAndId
  readonly action: cedar.TypeAndId
  readonly resource: cedar.TypeAndId
  readonly context: Readonly<Record<string, cedar.CedarValueJson>>
}

/** Policies by id, as texts, entities, and what is asked of them. */
export interface Case {
  readonly policies: Readonly<Record<string, string>>
  readonly entities: readonly cedar.EntityJson[]
  readonly asked: readonly Asked[]
}

/** What an engine says: its decision, and ids of policies in order. */
export interface Verdict {
  readonly allowed: boolean
  readonly reasons: readonly string[]
  readonly errors: readonly string[]
}

const messageOf = (errors: readonly cedar.DetailedError[]) => errors.map(({ message }) => message).join('; ')

const inOrder = (ids: readonly string[]) => [...new Set(ids)].sort()

/** Why it takes a question for none is a verdict that nobody else has. */
function verdictOf(answer: cedar.AuthorizationAnswer): Verdict | { readonly refused: string } {
  if (answer.type === 'failure') return { refused: messageOf(answer.errors) }
  const { decision, diagnostics } = answer.response
  return {
    allowed: decision === 'allow',
    reasons: inOrder(diagnostics.reason),
    errors: inOrder(diagnostics.errors.map(({ policyId }) => policyId)),
  }
}

/** What the reference engine says. */
export function saidByReference({ policies, entities, asked }: Case): readonly ReturnType<typeof verdictOf>[] {
  const parsed = cedar.preparsePolicySet('case', { staticPolicies: { ...policies } })
  if (parsed.type === 'failure') throw new Error(messageOf(parsed.errors))
  return asked.map(each =>
    verdictOf(
      cedar.statefulIsAuthorized({
        ...each,
        context: { ...each.context },
        entities: [...entities],
        preparsedPolicySetId: 'case',
      }),
    ),
  )
}

const entitiesIn = (entities: readonly cedar.EntityJson[]): Entities =>
  entitiesOf(
    entities.map(({ uid, attrs, parents, tags = {} }) => ({
      uid: uidOf(uid),
      attributes: cedarRecord(attrs),
      tags: cedarRecord(tags),
      parents: parents.map(uidOf),
    })),
  )

/** Questions about entities. */
export function questionsOf(entities: readonly cedar.EntityJson[], asked: readonly Asked[]): readonly Question[] {
  const known = entitiesIn(entities)
  return asked.map(({ principal, action, resource, context }) => ({
    principal: uidOf(principal),
    action: uidOf(action),
    resource: uidOf(resource),
    context: cedarRecord(context),
    entities: known,
  }))
}

const compiled = (id: string, text: string) => compilePolicy(id, jsonOf(text))
const asked = (id: string, text: string) =>
  judgedByReference({ id, text, json: jsonOf(text), place: { line: 1, column: 1 } })

/** What ours says, its policies compiled. */
export const saidByOurs = (each: Case): readonly Verdict[] => saidBy(compiled, each)

/** What ours says where it has the reference engine judge by each policy. */
export const saidByAsking = (each: Case): readonly Verdict[] => saidBy(asked, each)

function saidBy(ready: (id: string, text: string) => Policy, { policies, entities, asked }: Case): readonly Verdict[] {
  const decide = deciding(Object.entries(policies).map(([id, text]) => ready(id, text)))
  return questionsOf(entities, asked).map(question => {
    const { allowed, reasons, errors } = decide(question)
    return {
      allowed,
      reasons: inOrder(reasons.map(({ id }) => id)),
      errors: inOrder(errors.map(({ policy }) => policy.id)),
    }
  })
}
