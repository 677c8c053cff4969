import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

interface Item {
  readonly id: string
  readonly name: string
  readonly count: number
  readonly price: number
}

interface Order {
  readonly item: string
  readonly count: number
}

const items: readonly Item[] = [
  { id: 'bolt', name: 'Bolt M8', count: 4200, price: 0.12 },
  { id: 'nut', name: 'Nut M8', count: 3900, price: 0.08 },
  { id: 'saw', name: 'Bow saw', count: 14, price: 23.5 },
]

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null || !('item' in value) || !('count' in value)) return false
  return items.some(({ id }) => id === value.item) && Number.isInteger(value.count) && Number(value.count) > 0
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?')
  const item = items.find(({ id }) => path === `/items/${id}`)
  if (request.method === 'GET' && path === '/items') return send(response, 200, { items })
  if (request.method === 'GET' && item !== undefined) return send(response, 200, item)
  if (request.method !== 'POST' || path !== '/orders') return send(response, 404, { error: 'not found' })
  const order = await readJson(request)
  if (!isOrder(order)) return send(response, 400, { error: 'an order needs a known item and a count' })
  return send(response, 201, { order: 1, ...order })
}

/** The warehouse: an API that checks nothing itself. Nobody but the gateway may reach it. */
export function warehouseApi(): Server {
  return createServer((request, response) => void answer(request, response))
}
