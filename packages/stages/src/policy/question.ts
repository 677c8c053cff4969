import { type Json, remembered, type View } from '@sallyport/core'
import { EntityUid, type Policy, type Question } from '@sallyport/policy'
import { mayHaveBody } from './body.ts'
import { type ContextSetting, contextBy, isNamed, type Paths } from './context.ts'
import { callerEntity, entitiesOf, routeEntity } from './entities.ts'

const actionOf = remembered(operation => new EntityUid('Action', operation))

/** Makes of a call the question that policies answer. */
export type Ask = (view: View, body: Json | undefined) => Question

/** Puts questions in whose context stands what the paths name. */
export function questionBy(setting: ContextSetting, paths: Paths): Ask {
  const context = contextBy(setting, paths)
  return (view, body) => {
    const caller = callerEntity(view.principal)
    const route = routeEntity(view.call)
    return {
      principal: caller.uid,
      action: actionOf(view.call.operation),
      resource: route.uid,
      context: context(view, body),
      entities: entitiesOf(caller, route),
    }
  }
}

/** How the calls of an operation are judged. */
export interface Asking {
  readonly ask: Ask
  /** Whether their JSON body must be there. */
  readonly readsBody: boolean
}

/** A policy, and what it names of the context. */
export interface Naming {
  readonly policy: Policy
  readonly paths: Paths
}

const mayFit = ({ scopes: { action } }: Policy, operation: string) =>
  action.among === undefined || action.among.some(({ id }) => id === operation)

/** For each operation the question that its calls come to: of the context what those policies name that may be about it. */
export function askingBy(setting: ContextSetting, policies: readonly Naming[]): (operation: string) => Asking {
  const alike = new Map<string, Asking>()
  const known = new Map<string, Asking>()
  const make = (operation: string): Asking => {
    const fitting = [...policies.entries()].filter(([, { policy }]) => mayFit(policy, operation))
    const isBodied = setting.body !== undefined && mayHaveBody(operation)
    const key = [isBodied, ...fitting.map(([i]) => i)].join()
    const found = alike.get(key)
    if (found !== undefined) return found
    const paths = fitting.flatMap(([, naming]) => naming.paths)
    const made = {
      ask: questionBy(isBodied ? setting : { ...setting, body: undefined }, paths),
      readsBody: isBodied && isNamed('body', paths),
    }
    alike.set(key, made)
    return made
  }
  return operation => {
    const found = known.get(operation)
    if (found !== undefined) return found
    const made = make(operation)
    known.set(operation, made)
    return made
  }
}
