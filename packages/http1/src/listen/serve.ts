import { type Arrival, bodiless, type Problem, type Reply, TurnEnd } from '@sallyport/core'
import type { From, Handled } from '@sallyport/stages'
import { writeReply } from './answering.ts'
import type { Attendant, Ongoing } from './caller-connection.ts'
import type { Finish } from './streamed-answer.ts'

/** Who judges what arrives, and who remembers what could not even be read. */
export interface Judge {
  handle(arrival: Arrival): Handled | Promise<Handled>
  unreadable(problem: Problem, from: From): Reply
}

/** A call that was judged, and what is to be written. */
interface Judged {
  readonly call: Ongoing
  readonly handled: Handled
}

const arrivalOf = ({ head, body, connection }: Ongoing, encrypted: boolean): Arrival => ({
  method: head.method,
  target: head.target,
  httpVersion: head.version,
  rawHeaders: head.pairs,
  peer: connection.peer,
  encrypted,
  body,
})

/**
 * Whether two readers of the connection could disagree on where the request ended: it could not be understood, or it has a
 * body that its method gives no meaning to (RFC 9110 section 9.3.1), which some servers do not read.
 */
const isSuspect = ({ head, body }: Ongoing, reply: Reply) =>
  (reply.kind === 'answer' && (reply.status === 400 || reply.status === 501)) ||
  (body.length !== 0 && bodiless.has(head.method))

function answer({ call, handled }: Judged): void {
  const { connection, head, body } = call
  const { reply } = handled
  const finish: Finish = ({ end, bytesOut, reason }) =>
    handled.finish({ end, bytesIn: body.received, bytesOut, ...(reason !== undefined && { reason }) })
  if (!body.isHere || isSuspect(call, reply)) connection.closeUnread()
  try {
    writeReply(connection, reply, { method: head.method, version: head.version, isLast: connection.isLast }, finish)
  } catch (error) {
    if (reply.kind === 'stream') reply.body.cancel(new Error('the answer could not be written'))
    finish({ end: 'failed', bytesOut: 0, reason: String(error) })
    connection.socket.destroy()
  }
}

/** Hands each call to the judge and writes what it answers. */
export function attend(judge: Judge, encrypted: boolean): Attendant {
  const replies = new TurnEnd<Judged>(answer)
  const arrivals = new TurnEnd<Ongoing>(call => {
    const handled = judge.handle(arrivalOf(call, encrypted))
    if (handled instanceof Promise) void handled.then(done => replies.add({ call, handled: done }))
    else replies.add({ call, handled })
  })
  return {
    arrived: call => arrivals.add(call),
    unreadable: (problem, peer) => judge.unreadable(problem, { peer, encrypted }),
  }
}
