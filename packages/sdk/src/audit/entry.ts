import type { Identity, View } from '@sallyport/core'
import { logRedaction, usuallyRedacted } from '@sallyport/stages'
import type { Audited } from './stance.ts'

/** Who did what, when, from where, and what came of it. */
export interface AuditEntry {
  /** When the call came: RFC 3339, UTC. */
  readonly time: string
  /** What leads to the call's record. */
  readonly callId: string
  /** Of this application, as its records call it. */
  readonly api: string
  /** Its route: `POST /orders/{id}`. */
  readonly operation: string
  readonly action: 'writes' | 'reads'
  /** What the operation says that it writes or reads. */
  readonly what: string
  /** Those of the path that the operation names. */
  readonly params: Readonly<Record<string, string>>
  readonly user: Identity | undefined
  readonly application: Identity | undefined
  /** Who acts for whom, the nearest first. */
  readonly actors: readonly Identity[]
  readonly credential: { readonly kind: string; readonly id: string }
  readonly ip: string | undefined
  /** `refused` where the handler itself answered 4xx or threw such a refusal. */
  readonly outcome: 'done' | 'refused' | 'failed'
  /** What the handler told, without what is named like a secret. */
  readonly detail: unknown
}

const { value: withoutSecrets } = logRedaction(usuallyRedacted)

const named = (parameters: Readonly<Record<string, string>>, names: readonly string[]) =>
  names.flatMap(name => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    return value === undefined ? [] : [[name, value] as const]
  })

/** What is told of a call of an audited operation, but for what came of it. */
export function entryOf({ call, principal }: View, stance: Audited): Omit<AuditEntry, 'outcome' | 'detail'> {
  const { user, application, actors, credential } = principal
  return {
    time: new Date(call.at).toISOString(),
    callId: call.id,
    api: call.api,
    operation: call.operation,
    ...('writes' in stance
      ? { action: 'writes' as const, what: stance.writes }
      : { action: 'reads' as const, what: stance.reads }),
    params: Object.fromEntries(named(call.parameters, stance.params ?? [])),
    ...{ user, application, actors, credential, ip: call.ip },
  }
}

/** A detail as it may be remembered. */
export const detailOf = (detail: unknown): unknown => withoutSecrets(detail)
