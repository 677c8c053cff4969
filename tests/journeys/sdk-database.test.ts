import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { anonymous, anyone, api, app, serve } from '@sallyport/sdk'
import { type Database, DatabaseError, database, fragment, identifier, list } from '@sallyport/sdk/database'
import { z } from 'zod'
import { folderWith } from '../harness/command.ts'
import { startPostgres, withoutPostgres } from '../harness/postgres.ts'

const password = 'h@nter/2 %?'
const file = join(await folderWith({ after }), 'app.db')
const inFile = await database(`sqlite:${file}`)
const address = withoutPostgres ? undefined : await startPostgres({ after }, password)
const inPostgres = address === undefined ? undefined : await database(address)

const user = z.object({ id: z.int(), name: z.string() })

/** Users ann and bob, anew. */
async function filled(db: Database): Promise<void> {
  await db.sql`drop table if exists pets`
  await db.sql`drop table if exists users`
  await db.sql`create table users (id integer primary key, name text not null unique)`
  await db.sql`create table pets (owner integer not null references users (id))`
  await db.sql`insert into users values (${1}, ${'ann'}), (${2}, ${'bob'})`
}

const found = { response: z.array(user), identify: anonymous, authorize: anyone } as const

/** An application whose path, query and body reach the database. */
const serving = async (t: TestContext, db: Database) => {
  const operations = [
    api('GET /users/{id}', found, ({ params: { id } }) => db.rows(user)`select * from users where id = ${id ?? ''}`),
    api(
      'GET /texts/{id}',
      found,
      ({ params: { id } }) => db.rows(user)`select * from users where cast(id as text) = ${id ?? ''}`,
    ),
    api(
      'GET /users',
      { ...found, query: z.object({ name: z.string() }) },
      ({ query }) => db.rows(user)`select * from users where name = ${query.name}`,
    ),
    api(
      'POST /search',
      { ...found, body: z.object({ names: z.array(z.string()) }) },
      ({ body }) => db.rows(user)`select * from users where name in ${list(body.names)} order by id`,
    ),
  ]
  const { url, close } = await serve(await app({ operations }), { port: 0 })
  t.after(() => close())
  return url
}

const rowsIn = async (response: Response) => (response.ok ? z.array(user).parse(await response.json()) : [])

const injections = [
  '1 OR 1=1',
  '1; DROP TABLE users',
  "x' OR '1'='1",
  "'; DROP TABLE users; --",
  'x" OR "1"="1',
  '$1',
  '?',
  '1) OR (1=1',
  "\\' OR 1=1 --",
]

function suite(name: string, db: Database | undefined): void {
  describe(name, { skip: db === undefined && withoutPostgres }, () => {
    if (db === undefined) return
    after(() => db.close())

    test('[F42] what comes in path, query or body is a value: it brings no other rows, and every table stays', async t => {
      await filled(db)
      const url = await serving(t, db)
      const ann = [{ id: 1, name: 'ann' }]
      const post = (names: string[]) =>
        fetch(`${url}/search`, {
          method: 'POST',
          body: JSON.stringify({ names }),
          headers: { 'Content-Type': 'application/json' },
        })
      for (const right of ['/users/1', '/texts/1', '/users?name=ann'])
        assert.deepEqual(await rowsIn(await fetch(url + right)), ann, right)
      assert.deepEqual(await rowsIn(await post(['ann', 'bob'])), [...ann, { id: 2, name: 'bob' }])
      for (const text of injections) {
        const written = encodeURIComponent(text)
        for (const path of ['/users/', '/texts/', '/users?name='])
          assert.deepEqual(await rowsIn(await fetch(url + path + written)), [], path + text)
        assert.deepEqual(await rowsIn(await post([text])), [], text)
        assert.deepEqual(await rowsIn(await post([text, 'ann'])), ann, text)
      }
      assert.equal((await db.sql`select 1 from users`).length, 2)
    })

    test('hostile texts are kept and found as they are', async () => {
      await filled(db)
      for (const [i, text] of [...injections, 'é\u{1f600}\u202e', ''].entries()) {
        await db.sql`insert into users values (${10 + i}, ${text})`
        assert.deepEqual(await db.rows(user)`select * from users where name = ${text}`, [{ id: 10 + i, name: text }])
      }
    })

    test('parts keep their values when they are put together', async () => {
      await filled(db)
      const where = (id: number, name: string) => fragment`id = ${id} or ${fragment`name = ${name}`}`
      const both = fragment`(${where(1, 'x')}) and ${fragment`id in ${list([1, 2])}`}`
      const order = identifier('name', ['id', 'name'])
      assert.deepEqual(
        await db.rows(user)`select id, name from users where ${both} and name <> ${'bob'} order by ${order}`,
        [{ id: 1, name: 'ann' }],
      )
      const never = fragment`name = ${"' or 1=1 --"}`
      assert.deepEqual(await db.sql`select * from users where ${never}`, [])
    })

    test('a text that was put together is no statement, for the compiler and when it runs', async () => {
      const id: string = '1 or 1=1'
      // @ts-expect-error: a text is no template
      await assert.rejects(() => db.sql(`select * from users where id = ${id}`), /template/)
      // @ts-expect-error: nor is a list of texts
      await assert.rejects(() => db.sql([`select * from users where id = ${id}`]), /template/)
      // @ts-expect-error: nor where rows are typed
      await assert.rejects(() => db.rows(user)(`select * from users where id = ${id}`), /template/)
      // @ts-expect-error: nor a part of one
      assert.throws(() => fragment(`id = ${id}`), /template/)
      const forged: TemplateStringsArray = JSON.parse('["select 1"]')
      await assert.rejects(() => db.sql(Object.assign(forged, { raw: ['select 1'] })), /template/)
    })

    test('what is no value is not bound', async () => {
      const unfit: unknown[] = [
        undefined,
        {},
        [],
        ['a'],
        { '?1': 'a' },
        Number.NaN,
        () => 1,
        'a\0b',
        '\ud800',
        new Date('x'),
      ]
      for (const value of unfit)
        await assert.rejects(() => db.sql`select ${value as string} as a`, TypeError, String(inspect(value)))
      const forged: unknown = { texts: ['1 or 1=1'], values: [] }
      await assert.rejects(() => db.sql`select * from users where id = ${forged as string}`, TypeError)
      assert.throws(() => list([]), RangeError)
      assert.throws(() => list(new Array<number>(1001).fill(1)), RangeError)
      assert.throws(() => identifier('id; drop table users', ['id', 'name']), RangeError)
      assert.throws(() => identifier('__proto__', ['id', 'name']), RangeError)
    })

    test('a gap inside quotes, and a second statement, are refused', async () => {
      await filled(db)
      await assert.rejects(() => db.sql`select * from users where name = '${'ann'}'`, DatabaseError)
      await assert.rejects(() => db.sql`select 1; drop table users`)
      assert.equal((await db.sql`select 1 from users`).length, 2)
    })

    test('rows are what their schema says, or nobody sees them', async () => {
      await filled(db)
      const strict = z.object({ id: z.int(), name: z.string().max(2) })
      await assert.rejects(
        () => db.rows(strict)`select * from users`,
        error => error instanceof TypeError && /does not fit: name/.test(error.message) && !/ann/.test(error.message),
      )
      const [row] = await db.sql<{ id: number }>`select id from users where name = ${'ann'}`
      assert.equal(row?.id, 1)
    })

    test('integers are exact, whatever their size', async () => {
      const [row] = await db.sql`select cast(${2n ** 53n + 1n} as bigint) as large, cast(${41} as bigint) as small`
      assert.deepEqual(row, { large: 2n ** 53n + 1n, small: 41 })
    })

    test('a transaction keeps all or nothing', async () => {
      await filled(db)
      const renamed = await db.transaction(async within => {
        await within.sql`update users set name = ${'eve'} where id = ${1}`
        return within.rows(user)`select * from users where id = ${1}`
      })
      assert.deepEqual(renamed, [{ id: 1, name: 'eve' }])
      const failing = db.transaction(async within => {
        await within.sql`delete from users`
        throw new RangeError('no')
      })
      await assert.rejects(failing, RangeError)
      const swallowing = db.transaction(async within => {
        await within.sql`delete from users where id = ${2}`
        await within.sql`insert into users values (${1}, ${'x'})`.catch(() => undefined)
      })
      await assert.rejects(swallowing, /nothing of it is kept/)
      assert.equal((await db.sql`select 1 from users`).length, 2)
    })

    test('nobody else is in a transaction, and it is used no longer than it lasts', async () => {
      await filled(db)
      const seen = Promise.withResolvers<void>()
      const outside = seen.promise.then(() => db.sql`insert into users values (${3}, ${'zoe'})`)
      let kept: Pick<Database, 'sql'> | undefined
      const inside = db.transaction(async within => {
        kept = within
        await within.sql`delete from users where id = ${2}`
        await assert.rejects(() => db.sql`select 1`, /in a transaction/)
        await assert.rejects(() => db.transaction(async () => 1), /in a transaction/)
        seen.resolve()
        throw new RangeError('no')
      })
      await assert.rejects(inside, RangeError)
      await outside
      assert.equal((await db.sql`select 1 from users`).length, 3)
      const { sql } = kept ?? db
      await assert.rejects(() => sql`select 1`, /has ended/)
    })

    test('a transaction that does not end is undone in time: what it still says is refused, and others go on', async t => {
      await filled(db)
      t.mock.timers.enable({ apis: ['setTimeout'] })
      const begun = Promise.withResolvers<Pick<Database, 'sql'>>()
      const goesOn = Promise.withResolvers<void>()
      const late = Promise.withResolvers<unknown>()
      const endless = db.transaction(
        async within => {
          await within.sql`delete from users`
          begun.resolve(within)
          await goesOn.promise
          await within.sql`insert into users values (${9}, ${'zoe'})`.catch(late.resolve)
        },
        { longest: '2s' },
      )
      const { sql } = await begun.promise
      const waiting: Promise<readonly object[]> = db.sql`select name from users`
      t.mock.timers.tick(1_999)
      await sql`select 1`
      t.mock.timers.tick(1)
      await assert.rejects(endless, error => error instanceof DatabaseError && error.fault === 'timeout')
      assert.equal((await waiting).length, 2)
      await assert.rejects(() => sql`select 1`, /has ended/)
      goesOn.resolve()
      assert.match(String(await late.promise), /has ended/)
      assert.equal(await db.transaction(async within => (await within.sql`select 1 from users`).length), 2)
    })

    test('how long a transaction may take is a duration that a timer can wait', async () => {
      for (const longest of ['', '10', '0s', '25d', 'never'])
        await assert.rejects(
          () => db.transaction(async () => assert.fail('it ran'), { longest }),
          /transaction: longest/,
        )
    })

    test('an error says what was wrong, not which value', async () => {
      await filled(db)
      const faultOf = (error: unknown) => (error instanceof DatabaseError ? error.fault : error)
      const refused = (run: () => Promise<unknown>) =>
        run().then(
          () => undefined,
          (error: unknown) => ({ fault: faultOf(error), text: inspect(error, { depth: 9, showHidden: true }) }),
        )
      const [unique, reference] = [
        await refused(() => db.sql`insert into users values (${9}, ${'ann'})`),
        await refused(() => db.sql`insert into pets values (${77123})`),
      ]
      assert.deepEqual([unique?.fault, reference?.fault], ['unique', 'reference'])
      const unfit = await refused(() => db.sql`insert into users values (${'hunter2'}, ${'x'})`)
      assert.equal(unfit?.fault, 'other')
      for (const text of [unique?.text, reference?.text, unfit?.text]) {
        const said = text?.split('\n')[0]
        assert.doesNotMatch(String(said), /'ann'|=\(ann\)|77123|hunter2/)
        assert.doesNotMatch(String(text), /=\(ann\)|=\(77123\)/)
      }
    })
  })
}

suite('SQLite', inFile)

test("the file of a database is nobody else's", { skip: process.platform === 'win32' }, async () => {
  assert.equal((await stat(file)).mode & 0o77, 0)
})

suite('PostgreSQL', inPostgres)

test('a PostgreSQL that does not know the password, or speaks no TLS where it must, is refused without the password', async t => {
  if (address === undefined) return t.skip(String(withoutPostgres))
  const shown = (error: unknown) => inspect(error, { depth: 9, showHidden: true }) + String(error)
  for (const [bad, said] of [
    [address.replace(encodeURIComponent(password), 'hunter3'), /password authentication failed/],
    [`${address}?sslmode=require`, /SSL/],
  ] as const)
    await assert.rejects(
      () => database(bad),
      error => said.test(shown(error)) && !/hunter3|h@nter|h%40nter/.test(shown(error)),
    )
  const db = await database(address)
  t.after(() => db.close())
  assert.doesNotMatch(inspect(db, { depth: 9, showHidden: true }), /h@nter|h%40nter/)
})

test('an address of another kind is refused, and not repeated', async () => {
  for (const bad of ['', 'app.db', 'mysql://sally:hunter2@db/x', 'sqlite:', 'postgres:hunter2'])
    await assert.rejects(
      () => database(bad),
      error => error instanceof TypeError && !/hunter2/.test(String(error)),
    )
})

test('a transaction may take 10 seconds unless it says otherwise', async t => {
  const db = await database('sqlite::memory:')
  t.after(() => db.close())
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const begun = Promise.withResolvers<Pick<Database, 'sql'>>()
  const endless = db.transaction(within => {
    begun.resolve(within)
    return new Promise(() => undefined)
  })
  const { sql } = await begun.promise
  t.mock.timers.tick(9_999)
  await sql`select 1`
  t.mock.timers.tick(1)
  await assert.rejects(endless, /took too long/)
})
