import { listener } from '@sallyport/sdk'
import Fastify from 'fastify'

export async function start(app) {
  const site = Fastify()
  site.get('/own', () => 'own')
  site.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    const answer = listener(app)
    scope.all('/*', (request, reply) => {
      reply.hijack()
      answer(request.raw, reply.raw)
    })
  })
  await site.listen({ port: 0, host: '127.0.0.1' })
  return { port: site.server.address().port, close: () => site.close() }
}
