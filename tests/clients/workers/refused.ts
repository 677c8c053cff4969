import { type AppOptions, anonymous, anyone, api, app, basic, hashPassword, passwords, redis } from '@sallyport/sdk'

const open = { identify: anonymous, authorize: anyone } as const
const having = (more: object) => app({ operations: [api('POST /', open, () => undefined)], ...more } as AppOptions)

/** What Workers can't do, each as it would be declared. */
const declarations: readonly (() => unknown)[] = [
  () =>
    basic({ users: [{ name: 'ann', password: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFndGFndGFndGFndGFn' }] }),
  () => passwords(),
  () => hashPassword('correct horse'),
  () => having({ inspect: { body: 'order.schema.json' } }),
  () => having({ inspect: { document: true } }),
  () => having({ inspect: { xml: true } }),
  () => having({ inspect: { xmlSignature: { xpath: '/order', keys: { pem: 'key.pem' } } } }),
  () => having({ protect: { body: 'order.schema.json' } }),
  () => having({ protect: { sign: { xpath: '/order' } } }),
  () => having({ securityLog: {} }),
  () => having({ data: 'records' }),
  () => having({ metrics: 'public' }),
  () => having({ counters: redis('redis://127.0.0.1') }),
  () => having({ development: { environment: {} } }),
]

const refusalOf = async (declare: () => unknown) => {
  try {
    await declare()
    return 'taken'
  } catch (error) {
    return String(error)
  }
}

export default {
  async fetch(): Promise<Response> {
    return Response.json(await Promise.all(declarations.map(refusalOf)))
  },
}
