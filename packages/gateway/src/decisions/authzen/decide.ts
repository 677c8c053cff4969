import { type Json, Problem, problems } from '@sallyport/core'
import { askedWay, type DecisionDoor, imaginedArrival, type Route } from '@sallyport/stages'
import type { Gateway } from '../../gateway.ts'
import { addressOf, assertedBy, callOf, timeOf, Unasked } from './asserted.ts'
import { type Evaluation, evaluation, faultsIn } from './shapes.ts'

/** An answer to one question (section 6.2). */
export interface Decision {
  readonly decision: boolean
  readonly context?: Readonly<Record<string, Json>>
}

const name = 'authzen'

/** What an operator may be told of a refusal (section 5.5.1); nothing, unless the door says so. */
const refusedFor = ({ code, reason }: Problem, { reasons }: DecisionDoor): Decision =>
  reasons
    ? {
        decision: false,
        context: { id: code, reason_admin: { en: reason }, reason_user: { en: problems[code].title } },
      }
    : { decision: false }

/** An operation is named below its API's path, or with it. */
function namesOf({ operation, apiPath }: Route): readonly string[] {
  const [method = '', ...rest] = operation.split(' ')
  return [operation, `${method} ${apiPath}${rest.join(' ')}`]
}

async function judged(asked: Evaluation, gateway: Gateway, door: DecisionDoor): Promise<Decision> {
  const { method, path, operation } = callOf(asked)
  const [principal, at, ip] = [assertedBy(asked), timeOf(asked), addressOf(asked)]
  let problem: Problem | undefined
  const way = askedWay(
    { serves: api => door.apis.has(api), statusOf: () => 403 },
    {
      at,
      principal({ route }) {
        if (operation !== undefined && !namesOf(route).includes(operation))
          throw new Problem('route-unknown', {}, `the path is of ${route.operation}`)
        return principal(route.identify.methods)
      },
      refused(refusal) {
        problem = refusal.problem
      },
    },
  )
  const { snapshot } = gateway.inForce.rules
  const arrival = imaginedArrival({ method, path, headers: {} }, snapshot.gateway)
  const handled = await gateway.judgeAt(arrival, { name, way, addressOf: () => ip })
  handled.finish({ end: 'complete', bytesIn: 0, bytesOut: 0 })
  if (handled.reply.status === 204 && problem === undefined) return { decision: true }
  return refusedFor(problem ?? new Problem('internal', {}, 'no decision was made'), door)
}

/** Whether somebody may do something. What can't be asked is refused, and recorded as any refusal. */
export async function decide(written: Json, gateway: Gateway, door: DecisionDoor): Promise<Decision> {
  try {
    const asked = evaluation.safeParse(written)
    if (!asked.success) throw new Unasked(faultsIn(asked.error))
    return await judged(asked.data, gateway, door)
  } catch (error) {
    const problem =
      error instanceof Unasked
        ? new Problem('input-invalid', {}, error.message)
        : new Problem('internal', {}, String(error))
    gateway.unreadable(problem, { peer: undefined, encrypted: false }, name)
    return refusedFor(problem, door)
  }
}
