import { type Backend, startBackend } from './backend.ts'
import type { Lifetime } from './lifetime.ts'

export interface Things extends Backend {
  /** By id, what was put there last. */
  readonly things: Map<string, string>
  /** What the upstream does with calls of this method and id once it has done them: nothing, as if it had died. */
  readonly silent: Set<string>
  /** What it answers to calls of this method and id, without doing anything; `hang` answers nothing. */
  readonly failing: Map<string, number | 'hang'>
}

/** A small API: POST /items makes one and tells its id, PUT makes or changes, GET and DELETE by id. */
export async function startThings(t: Lifetime): Promise<Things> {
  const [things, silent] = [new Map<string, string>(), new Set<string>()]
  const failing = new Map<string, number | 'hang'>()
  const doing: Readonly<Record<string, (id: string, body: string) => number>> = {
    POST: (_, body) => {
      things.set(String(things.size + 1), body)
      return 201
    },
    PUT: (id, body) => {
      things.set(id, body)
      return 200
    },
    DELETE: id => (things.delete(id) ? 204 : 404),
    GET: id => (things.has(id) ? 200 : 404),
  }
  const backend = await startBackend(t, ({ method, url, body }, response) => {
    const id = url.split('/')[2] ?? ''
    const fails = failing.get(`${method} ${id}`)
    if (fails === 'hang') return
    const status = fails ?? doing[method]?.(id, body.toString()) ?? 405
    if (silent.has(`${method} ${id}`)) return
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(status === 204 ? undefined : JSON.stringify({ id: method === 'POST' ? things.size : id }))
  })
  return { ...backend, things, silent, failing }
}

/** An API whose things have owners; `more` are members of its operation PUT /items/{id}. */
export const thingsYaml = (to: string, { more = '', gateway = '' } = {}) => `
sallyport: 1
gateway: { http: 0, url: https://api.example.com${gateway} }
apis:
  github:
    path: /shop
    identify: magicToken
    authorize:
      token: true
      ownership:
        item:
          POST /items: { does: create, answer: $.id }
          'PUT /items/{id}': { does: create, path: { id: '[a-z0-9-]+' }, exists: { get: '/items/{id}' } }
          'PATCH /items/{id}': { does: change, path: { id: '[a-z0-9-]+' } }
          'DELETE /items/{id}': { does: delete, path: { id: '[a-z0-9-]+' } }
    forward: { to: "${to}", credential: sealed }
    operations:
      POST /items: {}
      'GET /items/{id}': {}
      'PUT /items/{id}': { ${more} }
      'PATCH /items/{id}': {}
      'DELETE /items/{id}': { ${more} }
`
