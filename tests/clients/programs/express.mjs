import { once } from 'node:events'
import { listener } from '@sallyport/sdk'
import express from 'express'

export async function start(app) {
  const site = express()
  site.use(listener(app))
  const front = express()
  front.get('/own', (_request, response) => response.send('own'))
  front.use('/read', express.json(), site)
  front.use(site)
  const server = front.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: server.address().port, close: () => server.close() }
}
