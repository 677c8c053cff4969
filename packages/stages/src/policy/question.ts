import { remembered, type View } from '@sallyport/core'
import { EntityUid, type Question } from '@sallyport/policy'
import { contextBy, type Paths } from './context.ts'
import { callerEntity, entitiesOf, routeEntity } from './entities.ts'

const actionOf = remembered(operation => new EntityUid('Action', operation))

/** Makes of a call the question that policies answer: of its context what the paths name. */
export function questionBy(zone: string, paths: Paths): (view: View) => Question {
  const context = contextBy(zone, paths)
  return view => {
    const caller = callerEntity(view.principal)
    const route = routeEntity(view.call)
    return {
      principal: caller.uid,
      action: actionOf(view.call.operation),
      resource: route.uid,
      context: context(view),
      entities: entitiesOf(caller, route),
    }
  }
}
