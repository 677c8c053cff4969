import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'

const peerOf = ({ requestContext }) => requestContext.http?.sourceIp ?? requestContext.identity?.sourceIp

export const handlerOf = app =>
  handle(new Hono().all('/*', context => app.fetch(context.req.raw, { peer: peerOf(context.env.event) })))
