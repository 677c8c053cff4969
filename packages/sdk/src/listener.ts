import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Arrival, noBody } from '@sallyport/core'
import type { App } from './app.ts'
import { ComingBody, comingWhole } from './body.ts'
import { type Finish, writeAnswer } from './node-answer.ts'
import { lengthIn } from './request.ts'

/** A body that somebody read before has nothing left that a rule could judge. */
async function* spent(): AsyncIterable<Uint8Array> {
  yield* []
  throw new TypeError('the body was read before the application got it: let nothing parse bodies before its listener')
}

function arrivalOf(request: IncomingMessage): Arrival {
  const { headers } = request
  const length = lengthIn(headers['content-length'])
  const isEmpty = headers['transfer-encoding'] === undefined && (length === undefined || length === 0)
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress,
    encrypted: 'encrypted' in request.socket,
    body: isEmpty ? { ...noBody } : new ComingBody(request.readableDidRead ? spent() : comingWhole(request), length),
  }
}

/** Judges a call and writes its answer. */
async function answer(app: App, arrival: Arrival, request: IncomingMessage, response: ServerResponse) {
  const handled = await app.judge(arrival)
  // What was not read of a body would be taken for the next call.
  if (!request.complete) response.shouldKeepAlive = false
  const finish: Finish = outcome => handled.finish({ ...outcome, bytesIn: arrival.body.progress })
  try {
    writeAnswer(handled.reply, arrival.method, response, finish)
  } catch (error) {
    if (handled.reply.kind === 'stream') handled.reply.body.cancel(new Error('the answer could not be written'))
    response.destroy()
    finish({ end: 'failed', bytesOut: 0, reason: String(error) })
  }
}

/**
 * An application as what Node's own server, Express and Fastify give their requests to, with their fields as they came. It answers
 * whatever it is given, below the path where it is mounted.
 */
export const listener =
  (app: App) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    void answer(app, arrivalOf(request), request, response)
  }
