import type { Judge } from '@sallyport/http1'
import type { DecisionDoor } from '@sallyport/stages'
import type { Gateway } from '../gateway.ts'
import { authzenJudge } from './authzen/judge.ts'
import { proxiedJudge } from './proxied.ts'

/**
 * Who answers at a door. What it says is asked anew for each question, so that a reload takes hold at once. `url` is how it is reached
 * where nothing else is written.
 */
export function doorJudge(gateway: Gateway, current: () => DecisionDoor, url: () => string): Judge {
  const { asker } = current()
  return asker === 'authzen' ? authzenJudge(gateway, current, url) : proxiedJudge(gateway, asker, current)
}
