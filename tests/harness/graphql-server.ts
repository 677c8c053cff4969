import { buildSchema, type GraphQLSchema, graphql } from 'graphql'
import { type Backend, startBackend } from './backend.ts'
import type { Lifetime } from './lifetime.ts'

const warehouseSchema: GraphQLSchema = buildSchema(`
  type Query { items: [Item!]! item(id: ID): Item orders: [Order!]! secrets: String }
  type Mutation { createOrder(item: ID): Order dropAll: String }
  type Item { id: ID name: String parts: [Item!]! }
  type Order { id: ID item: Item }
`)

/** What root fields answer; `ran` hears of each that runs. */
function rootsOf(ran: (field: string) => void): Readonly<Record<string, () => unknown>> {
  const bolt = { id: '1', name: 'bolt', parts: [] }
  const order = { id: '7', item: bolt }
  const values = { items: [bolt], item: bolt, orders: [order], secrets: 's', createOrder: order, dropAll: 'gone' }
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      () => {
        ran(field)
        return value
      },
    ]),
  )
}

interface Sent {
  readonly query?: string
  readonly variables?: Record<string, unknown>
  readonly operationName?: string
}

const inQuery = (url: string): Sent => {
  const parameters = new URL(url, 'http://server').searchParams
  const variables = parameters.get('variables')
  return {
    query: parameters.get('query') ?? '',
    ...(variables !== null && { variables: JSON.parse(variables) }),
    ...(parameters.has('operationName') && { operationName: parameters.get('operationName') ?? '' }),
  }
}

/** A GraphQL server of the reference implementation. `ran` names the root fields that ran. */
export async function startGraphqlServer(t: Lifetime): Promise<Backend & { readonly ran: string[] }> {
  const ran: string[] = []
  const backend = await startBackend(t, async ({ method, url, body }, response) => {
    const {
      query = '',
      variables,
      operationName,
    } = method === 'GET' ? inQuery(url) : (JSON.parse(String(body)) as Sent)
    const result = await graphql({
      schema: warehouseSchema,
      source: query,
      rootValue: rootsOf(field => ran.push(field)),
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    })
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(result))
  })
  return { ...backend, ran }
}
