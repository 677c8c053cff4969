import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'

export async function start(app) {
  const site = new Hono()
  site.get('/own', context => context.text('own'))
  site.all('/*', context => app.fetch(context.req.raw, { peer: getConnInfo(context).remote.address }))
  const server = serve({ fetch: site.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  return { port: server.address().port, close: () => server.close() }
}
