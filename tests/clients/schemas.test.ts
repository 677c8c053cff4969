import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { anonymous, anyone, api, type Operation, type Schema } from '@sallyport/sdk'
import { startApplication } from '../harness/application.ts'
import { problemOf } from '../harness/problem.ts'
import { withoutClients } from './install.ts'

const skip = await withoutClients()

const names = ['user', 'shown', 'params', 'query', 'flags', 'nested', 'tree', 'loose', 'list'] as const
type Schemas = Readonly<Record<(typeof names)[number], Schema>>

interface Program {
  readonly schemas: Schemas
  /** Of a library that tells its JSON Schema only where it is asked to. */
  readonly untold?: Schema
}

const open = { identify: anonymous, authorize: anyone } as const

/** Each of the libraries with the same schemas; zod is a dependency of the framework itself. */
const libraries: readonly (readonly [name: string, program: Program])[] = await Promise.all(
  (skip ? ['zod'] : ['zod', 'valibot', 'arktype']).map(async name => {
    const program: Program = await import(new URL(`./programs/schemas/${name}.mjs`, import.meta.url).href)
    return [name, program] as const
  }),
)

const ann = { name: 'Ann', email: 'ann@example.com', age: 30, password: 'hunter2hunter2' }

async function start(t: TestContext, operations: readonly Operation[]) {
  const application = await startApplication(t, { operations })
  const post = (path: string, body: unknown) =>
    application.call(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    })
  return { ...application, post }
}

/** What comes of a value that a handler gives, by a schema of it. */
async function answered(t: TestContext, response: Schema, value: unknown): Promise<unknown> {
  const { call } = await start(t, [api('GET /it', { ...open, response }, () => value)])
  return (await call('/it')).json()
}

test('schemas of each library are judged alike', { skip }, () => assert.equal(libraries.length, 3))

for (const [library, { schemas, untold }] of libraries) {
  describe(library, () => {
    const register = async (t: TestContext) => {
      let ran = 0
      const add = api(
        'POST /users',
        { ...open, body: schemas.user, response: schemas.shown, status: 201 },
        ({ body }) => {
          ran += 1
          return { id: 123, ...Object(body) }
        },
      )
      const application = await start(t, [add])
      /** The status, and the places that don't fit. */
      const told = async (changed: object) => {
        const response = await application.post('/users', { ...ann, ...changed })
        return response.status === 201 ? 201 : Object.keys((await problemOf(response)).errors ?? {})
      }
      return { ...application, told, ran: () => ran }
    }

    test('[F36] a name has 2 to 50 characters', async t => {
      const { told, ran } = await register(t)
      const ofLength = (length: number) => told({ name: 'n'.repeat(length) })
      const bad = ['body.name']
      assert.deepEqual(
        [await ofLength(1), await ofLength(2), await ofLength(50), await ofLength(51)],
        [bad, 201, 201, bad],
      )
      assert.equal(ran(), 2)
    })

    test('[F37] an e-mail address is one', async t => {
      const { told, ran } = await register(t)
      for (const email of ['a@b', 'a', '', '@b.co', 'a@', 'a b@c.co', 7, null])
        assert.deepEqual(await told({ email }), ['body.email'], String(email))
      assert.equal(ran(), 0)
      assert.equal(await told({ email: 'a@b.co' }), 201)
    })

    test('[F38] an age is an integer from 18 to 120, and no text', async t => {
      const { told, ran } = await register(t)
      for (const age of [17, 121, '20', 20.5, null, true, [20]])
        assert.deepEqual(await told({ age }), ['body.age'], JSON.stringify(age))
      assert.equal(ran(), 0)
      assert.deepEqual([await told({ age: 18 }), await told({ age: 120 })], [201, 201])
    })

    test('[F40] a password that a handler gives back does not leave, and stands in no record', async t => {
      const { post, events, faults } = await register(t)
      const response = await post('/users', ann)
      assert.equal(response.status, 201)
      assert.deepEqual(await response.json(), { id: 123, name: 'Ann', email: 'ann@example.com', age: 30 })
      await post('/users', { ...ann, age: 5 })
      assert.equal(events.length, 2)
      assert.ok(!JSON.stringify([events, faults.map(String)]).includes('hunter2'))
    })

    test('[F41] path and query have the types of their schemas: abc is no id, and false is false', async t => {
      const given: unknown[] = []
      const read = api('GET /users/{user_id}', { ...open, params: schemas.params, query: schemas.query }, all => {
        given.push(all.params, all.query)
        return undefined
      })
      const { call } = await start(t, [read])
      const ask = async (path: string) => {
        given.length = 0
        const response = await call(path)
        return response.status === 400 ? Object.keys((await problemOf(response)).errors ?? {}) : given
      }
      for (const id of ['abc', '1.5', '1e99x', '%20', '0x10', '-', '1%2C2'])
        assert.deepEqual(await ask(`/users/${id}`), ['params.user_id'], id)
      assert.deepEqual(await ask('/users/7?b=false'), [{ user_id: 7 }, { b: false }])
      assert.deepEqual(await ask('/users/-7?b=true&n=1.5&s=12'), [{ user_id: -7 }, { b: true, n: 1.5, s: '12' }])
      assert.deepEqual(await ask('/users/7?l=1'), [{ user_id: 7 }, { l: [1] }])
      assert.deepEqual(await ask('/users/7?l=1&l=2'), [{ user_id: 7 }, { l: [1, 2] }])
      assert.deepEqual(await ask('/users/7'), [{ user_id: 7 }, {}])
      for (const b of ['', '0', '1', 'no', 'False', 'false ', 'b&b=true'])
        assert.deepEqual(await ask(`/users/7?b=${b.replace(' ', '%20')}`), ['query.b'], b)
      assert.deepEqual(await ask('/users/7?b=x&n=y'), ['query.b', 'query.n'])
      for (const l of ['a', '1,2', '1&l=a']) {
        const faults = await ask(`/users/7?l=${l}`)
        assert.ok(faults.every(place => String(place).startsWith('query.l')) && faults.length > 0, l)
      }
    })

    test('a field that its schema calls true or false is read so, too', async t => {
      const given: unknown[] = []
      const read = api('GET /it', { ...open, headers: schemas.flags }, ({ headers }) => {
        given.push(Object(headers).b)
        return undefined
      })
      const { call } = await start(t, [read])
      assert.equal((await call('/it', { headers: { B: 'false' } })).status, 204)
      assert.deepEqual(given, [false])
      assert.equal((await call('/it', { headers: { B: 'nope' } })).status, 400)
    })

    test('what a response does not declare stays here: in members, lists, pairs, alternatives and records', async t => {
      const secret = 'secret'
      const acme = { name: 'Acme', iban: secret }
      const value = {
        supplier: { ...acme, city: 'Bonn' },
        suppliers: [acme, { ...acme, city: 'Bonn' }],
        pair: ['one', acme],
        nobody: null,
        byConstant: [
          { kind: 'a', x: '1', y: secret },
          { kind: 'b', x: secret, y: '2' },
        ],
        byType: [
          { id: 'a', secret },
          { id: 1, secret: 'declared' },
        ],
        byMembers: [
          { name: 'n', secret },
          { all: true, secret: 'declared' },
        ],
        both: { a: '1', b: '2', c: secret },
        prices: { bolt: { price: 3, cost: secret } },
        anything: { at: { all: [1] } },
        more: secret,
      }
      assert.deepEqual(await answered(t, schemas.nested, value), {
        supplier: { name: 'Acme', city: 'Bonn' },
        suppliers: [{ name: 'Acme' }, { name: 'Acme', city: 'Bonn' }],
        pair: ['one', { name: 'Acme' }],
        nobody: null,
        byConstant: [
          { kind: 'a', x: '1' },
          { kind: 'b', y: '2' },
        ],
        byType: [{ id: 'a' }, { id: 1, secret: 'declared' }],
        byMembers: [{ name: 'n' }, { all: true, secret: 'declared' }],
        both: { a: '1', b: '2' },
        prices: { bolt: { price: 3 } },
        anything: { at: { all: [1] } },
      })
    })

    test('nor does it leave from a list, or from the depth of a tree', async t => {
      const list = [{ name: 'a', iban: 1 }, { name: 'b' }]
      assert.deepEqual(await answered(t, schemas.list, list), [{ name: 'a' }, { name: 'b' }])
      const tree = { name: 'a', x: 1, kids: [{ name: 'b', x: 1, kids: [{ name: 'c', x: 1 }] }] }
      assert.deepEqual(await answered(t, schemas.tree, tree), {
        name: 'a',
        kids: [{ name: 'b', kids: [{ name: 'c' }] }],
      })
    })

    test('an object that takes other members in lets only those out that it names', async t => {
      const value = { name: 'a', secret: 1, inner: { a: 'b', secret: 1 } }
      assert.deepEqual(await answered(t, schemas.loose, value), { name: 'a', inner: { a: 'b' } })
    })

    test('hostile names of members are members like others', async t => {
      const value: unknown = JSON.parse('{"name":"a","__proto__":{"name":"x"},"constructor":1,"toString":2}')
      assert.deepEqual(await answered(t, schemas.list, [value]), [{ name: 'a' }])
    })

    test('a wrong result is a 500 that only the log explains', async t => {
      const operation = api('GET /it', { ...open, response: schemas.shown }, () => ({ id: 'hunter2' }))
      const { call, faults, events } = await start(t, [operation])
      const response = await call('/it')
      assert.equal(response.status, 500)
      assert.doesNotMatch(await response.text(), /hunter2|response|email/)
      assert.match(String(faults[0]), /GET \/it gave what its response does not allow: .*"email"/)
      assert.match(events[0]?.refusal?.reason ?? '', /GET \/it gave what its response does not allow/)
    })

    test('a response whose schema does not tell what it declares is refused where it is written', () => {
      if (untold === undefined) return
      const declare = () => api('GET /it', { ...open, response: untold }, () => undefined)
      assert.throws(declare, /^TypeError: GET \/it: response: valibot doesn't tell its JSON Schema/)
    })
  })
}
