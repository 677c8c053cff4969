import { type Arrival, after, HeaderList, Problem, type Reply } from '@sallyport/core'
import type { Judge } from '@sallyport/http1'
import { type DecisionDoor, type Handled, judgedWay, type Way } from '@sallyport/stages'
import type { Gateway } from '../gateway.ts'
import { requireKey } from './door-key.ts'
import { answerForEnvoy, statusForEnvoy, toldByEnvoy } from './envoy.ts'
import { answerForNginx, statusForNginx, toldByNginx } from './nginx.ts'
import { arrivalOf, type Told } from './told.ts'

/** How one kind of proxy asks, and what it understands. */
interface Dialect {
  told(request: Arrival): Told
  statusOf(status: number): number
  answer(reply: Reply): Reply
}

const dialects = {
  nginx: { told: toldByNginx, statusOf: statusForNginx, answer: answerForNginx },
  envoy: { told: toldByEnvoy, statusOf: statusForEnvoy, answer: answerForEnvoy },
} as const satisfies Record<string, Dialect>

const nothing = () => undefined

/** Judges calls for a proxy that forwards them. Whatever it can't read is refused, never let by. */
export function proxiedJudge(gateway: Gateway, asker: keyof typeof dialects, current: () => DecisionDoor): Judge {
  const { told, statusOf, answer }: Dialect = dialects[asker]
  const ways = new WeakMap<DecisionDoor, Way>()
  const wayOf = (door: DecisionDoor): Way => {
    const way = ways.get(door) ?? judgedWay({ serves: api => door.apis.has(api), statusOf })
    ways.set(door, way)
    return way
  }
  const unread = (problem: Problem, { peer, encrypted }: Pick<Arrival, 'peer' | 'encrypted'>): Reply =>
    answer(gateway.unreadable(problem, { peer, encrypted }, asker))
  const judged = (handled: Handled): Handled => ({
    id: handled.id,
    reply: answer(handled.reply),
    finish: outcome => handled.finish(outcome),
  })
  return {
    handle(request) {
      try {
        const door = current()
        requireKey(door.secret, new HeaderList(request.rawHeaders).all('sallyport-door-key'))
        const call = told(request)
        const encrypted = gateway.inForce.rules.snapshot.gateway.url.startsWith('https:')
        const at = { name: asker, way: wayOf(door), addressOf: () => call.ip }
        return after(gateway.judgeAt(arrivalOf(call, encrypted), at), judged)
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem('internal', {}, String(error))
        return { id: '', reply: unread(problem, request), finish: nothing }
      }
    },
    unreadable: unread,
  }
}
