import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Arrival, Problem, type Reply } from '@sallyport/core'
import type { Handled } from '@sallyport/stages'
import { bodiless } from '../bodiless.ts'
import { TurnEnd } from '../turn-end.ts'
import type { Connections, Ongoing } from './connections.ts'
import { NodeBody } from './node-body.ts'
import { parserProblem } from './raw-answer.ts'
import type { Silence } from './silence.ts'
import { type Finish, writeReply } from './write.ts'

/** Who judges what arrives, and who remembers what could not even be read. */
export interface Judge {
  handle(arrival: Arrival): Handled | Promise<Handled>
  unreadable(problem: Problem, from: { readonly peer: string | undefined; readonly encrypted: boolean }): Reply
}

/** A request that came, and the call that it begins. */
interface Asked {
  readonly request: IncomingMessage
  readonly call: Ongoing
}

function arrivalOf({ request, call }: Asked, encrypted: boolean): Arrival {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress,
    encrypted,
    body: call.body,
  }
}

/** The other side is gone, or never spoke HTTP: there is nobody to answer. */
const isDeaf = ({ code = '' }: NodeJS.ErrnoException) =>
  code === 'ECONNRESET' || code === 'EPIPE' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')

const nothingMore = () => new Problem('request-timeout', {}, 'nothing more of the body came')
const tunnel = () => new Problem('method-unsupported', {}, 'tunnels are not served')

/**
 * Whether two readers of the connection could disagree on where the request ended: it could not be understood, or it has a
 * body that its method gives no meaning to (RFC 9110 section 9.3.1), which some servers do not read.
 */
const isSuspect = ({ method = '' }: IncomingMessage, body: NodeBody, reply: Reply) =>
  (reply.kind === 'answer' && (reply.status === 400 || reply.status === 501)) ||
  (body.length !== 0 && bodiless.has(method))

/** A call that was judged, and what is to be written. */
interface Judged extends Asked {
  readonly handled: Handled
}

/** Has a server hand each request to the judge and write what it answers. */
export function serve(
  server: Server | TlsServer,
  judge: Judge,
  connections: Connections,
  silence: Silence,
  encrypted: boolean,
): void {
  // By the end of the turn a few bytes of body that came along are here too: nobody loses a connection for them.
  const replies = new TurnEnd<Judged>(({ request, call, handled }) => {
    const { socket } = request
    const { response, body } = call
    const finish: Finish = ({ end, bytesOut, reason }) =>
      handled.finish({ end, bytesIn: body.received, bytesOut, ...(reason !== undefined && { reason }) })
    if (body.unread || isSuspect(request, body, handled.reply)) connections.closeAfter(socket, call)
    else if (!server.listening && connections.last(socket) === call) response.shouldKeepAlive = false
    try {
      writeReply(response, handled.reply, finish)
    } catch (error) {
      if (handled.reply.kind === 'stream') handled.reply.body.cancel(new Error('the answer could not be written'))
      finish({ end: 'failed', bytesOut: 0, reason: String(error) })
      socket.destroy()
    }
  })
  const arrivals = new TurnEnd<Asked>(asked => {
    const handled = judge.handle(arrivalOf(asked, encrypted))
    if (handled instanceof Promise) void handled.then(done => replies.add({ ...asked, handled: done }))
    else replies.add({ ...asked, handled })
  })
  const answer = (request: IncomingMessage, response: ServerResponse, waiting: boolean) => {
    const call: Ongoing = { response, body: new NodeBody(request, response, waiting) }
    const asked = { request, call }
    const turn = connections.begin(request.socket, call)
    if (turn === undefined) arrivals.add(asked)
    else void turn.then(isOurs => isOurs && arrivals.add(asked))
  }
  const refuse = (socket: Duplex, problem: Problem) => {
    if (!(socket instanceof Socket)) return void socket.destroy()
    const from = { peer: socket.remoteAddress, encrypted }
    connections.refuse(socket, problem, refused => judge.unreadable(refused, from))
  }
  server.on(encrypted ? 'secureConnection' : 'connection', (socket: Socket) => {
    // Asked for here, the address stays known when the caller is gone; who is gone already can be held to none.
    if (socket.remoteAddress === undefined) return void socket.destroy()
    connections.opened(socket)
    silence.watch(socket)
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => answer(request, response, false))
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => answer(request, response, true))
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    answer(request, response, false),
  )
  server.on('connect', (_: IncomingMessage, socket: Duplex) => refuse(socket, tunnel()))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (isDeaf(error) || !(socket instanceof Socket) || socket.bytesRead === 0) socket.destroy()
    // Whoever stops in the middle of a body has gone away.
    else if (error.code === 'HPE_INVALID_EOF_STATE' && connections.last(socket) !== undefined) socket.destroy()
    else refuse(socket, parserProblem(error))
  })
  server.on('timeout', (socket: Socket) => {
    if (connections.silent(socket, nothingMore())) socket.setTimeout(silence.ms)
  })
}
