import { type Handler, Problem, type Reply } from '@sallyport/core'
import type { Operation } from '../api.ts'
import { type AuditEntry, entryOf } from './entry.ts'
import { type Audited, auditedIn, requireStance } from './stance.ts'
import { type Tell, Trail, trails } from './trail.ts'

const outcomeOf = (status: number): AuditEntry['outcome'] =>
  status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'done'

const statusOf = (error: unknown) => (error instanceof Problem ? error.status : 500)

/** A handler whose answer leaves when somebody was told of it. */
function telling(handler: Handler, stance: Audited, tell: Tell, fault: (error: unknown) => void): Handler {
  return async (view): Promise<Reply> => {
    const trail = new Trail(entryOf(view, stance), tell)
    trails.set(view.call, trail)
    let reply: Reply
    try {
      reply = await handler(view)
    } catch (error) {
      // The call is lost anyway; why is what its record has to say.
      await trail.end(outcomeOf(statusOf(error))).catch(fault)
      throw error
    }
    await trail.settled()
    await trail.end(outcomeOf(reply.status))
    return reply
  }
}

/** The operations of an application, audited where they say so. Throws TypeError where one that changes something says nothing. */
export function auditedOperations(
  operations: readonly Operation[],
  tell: Tell | undefined,
  fault: (error: unknown) => void,
): readonly Operation[] {
  return operations.map(operation => {
    requireStance(operation, tell !== undefined)
    const stance = auditedIn(operation.endpoint.shape)
    if (stance === undefined || tell === undefined) return operation
    return {
      ...operation,
      work(owner: string) {
        const { input, handler } = operation.work(owner)
        return { input, handler: telling(handler, stance, tell, fault) }
      },
    }
  })
}
