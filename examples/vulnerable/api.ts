import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What stands in the API's database, and must never leave it. */
export const secret = 'correct horse battery staple'

const links = [
  '/items?id=1',
  '/search?name=lamp',
  '/hello?name=you',
  '/files?name=readme.txt',
  '/lookup?host=localhost',
]
const page = (body: string) => `<!doctype html><title>Shop</title><body>${body}</body>`
const form = '<form action="/comment" method="post"><input name="text"><input type="submit"></form>'

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE items (id INTEGER, name TEXT, price INTEGER); CREATE TABLE users (name TEXT, password TEXT)')
  db.exec("INSERT INTO items VALUES (1, 'lamp', 40), (2, 'chair', 70)")
  db.prepare('INSERT INTO users VALUES (?, ?)').run('admin', secret)
  return db
}

type Answer = (query: URLSearchParams, db: DatabaseSync) => string | Promise<string>

const rows = (db: DatabaseSync, sql: string) =>
  page(
    db
      .prepare(sql)
      .all()
      .map(row => JSON.stringify(row))
      .join('<br>'),
  )

const shell = (command: string) =>
  new Promise<string>(resolve => execFile('sh', ['-c', command], { timeout: 5000 }, (_, out) => resolve(page(out))))

/** Every answer makes the mistake that its name tells of. */
const answers = new Map<string, Answer>([
  ['/', () => page(links.map(link => `<a href="${link}">${link}</a>`).join('<br>') + form)],
  ['/items', (query, db) => rows(db, `SELECT id, name, price FROM items WHERE id = ${query.get('id')}`)],
  ['/search', (query, db) => rows(db, `SELECT id, name, price FROM items WHERE name LIKE '%${query.get('name')}%'`)],
  ['/hello', query => page(`<p>Hello ${query.get('name')}</p>`)],
  ['/comment', query => page(`<p>You wrote: ${query.get('text')}</p>`)],
  ['/files', async query => page(await readFile(join(import.meta.dirname, 'files', query.get('name') ?? ''), 'utf8'))],
  ['/lookup', query => shell(`echo looking up ${query.get('host')}`)],
])

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/**
 * An API that makes every mistake: its queries, pages, paths and commands are put together of what callers send. It is there to be
 * attacked, on an address of this machine alone.
 */
export function vulnerableApi(): Server {
  const db = database()
  return createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const sent = request.method === 'POST' ? new URLSearchParams(await textOf(request)) : url.searchParams
    const send = (status: number, body: string) => response.writeHead(status, { 'Content-Type': 'text/html' }).end(body)
    try {
      const answer = answers.get(url.pathname)
      if (answer === undefined) send(404, 'not found')
      else send(200, await answer(sent, db))
    } catch (error) {
      send(500, page(`SQLite error or other: ${error instanceof Error ? error.message : error}`))
    }
  })
}
