// Bare Hono on its server for Node. Started with one argument, a JSON object: see ../server.ts.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const { port } = JSON.parse(process.argv[2])

const app = new Hono()
app.get('/items/:id', context => context.json({ id: context.req.param('id'), count: 3 }))
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
