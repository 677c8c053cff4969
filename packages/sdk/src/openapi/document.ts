import { mediaType, type Operation as Routed } from '@sallyport/core'
import { rulesTold, type StagePorts } from '@sallyport/stages'
import type { Endpoint, Shape } from '../endpoint.ts'
import { type Member, membersIn } from '../json-schema/members.ts'
import { Media, type MediaValues } from '../media.ts'
import { inputSchemaOf, outputSchemaOf, type Schema } from '../schema.ts'
import { usualStatus } from '../usual-status.ts'
import { type Components, componentsWith } from './hoisted.ts'
import { type Node, type Security, securityOf } from './security.ts'

export interface DocumentInfo {
  readonly title: string
  readonly version: string
  /** Where it is served. */
  readonly url?: string | undefined
}

/** An operation as it was declared, and as the stages judge it. */
export interface Described {
  readonly endpoint: Endpoint<Shape>
  readonly routed: Routed<StagePorts>
}

/** What every refusal looks like (RFC 9457). */
const problemSchema: Node = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'stage', 'callId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    stage: { type: 'string' },
    detail: { type: 'string' },
    callId: { type: 'string' },
    errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
  },
}

const membersOf = (schema: Schema | undefined, { embed }: Components): readonly Member[] => {
  if (schema === undefined) return []
  const root = inputSchemaOf(schema)
  return membersIn(root).map(member => ({ ...member, schema: embed(root, member.schema) }))
}

const captured = (template: string) => [...template.matchAll(/\{([^}*]+)\*?\}/g)].map(([, name = '']) => name)

/** A tail such as `{path*}` is a parameter like others to a document. */
const pathOf = (template: string) => template.replaceAll('*}', '}')

function parametersOf({ template, shape }: Endpoint<Shape>, components: Components): Node[] {
  const known = new Map(membersOf(shape.params, components).map(({ name, schema }) => [name, schema]))
  const within = (place: string, schema: Schema | undefined) =>
    membersOf(schema, components).map(({ name, schema: of, required }) => ({ name, in: place, required, schema: of }))
  return [
    ...captured(template).map(name => ({
      name,
      in: 'path',
      required: true,
      schema: known.get(name) ?? { type: 'string' },
    })),
    ...within('query', shape.query),
    ...within('header', shape.headers),
  ]
}

const json = (schema: Node): Node => ({ content: { 'application/json': { schema } } })

/** Of bytes a document says no more than their media type (OpenAPI 3.1.1 section 4.8.14.3). */
const mediaOf = ({ form, type }: Media<keyof MediaValues>): Node => ({
  content: { [mediaType(type)]: form === 'text' ? { schema: { type: 'string' } } : {} },
})

const contentOf = (declared: NonNullable<Shape['response']>, schemaOf: (schema: Schema) => Node): Node =>
  declared instanceof Media ? mediaOf(declared) : json(schemaOf(declared))

/** The statuses with which an operation can refuse, by what it declares. */
function refusalsOf(
  { shape }: Endpoint<Shape>,
  { authorize, limit }: Routed<StagePorts>,
  { alternatives }: Security,
): string[] {
  const reads = [shape.params, shape.query, shape.headers, shape.body].some(schema => schema !== undefined)
  const isOpen = alternatives.some(way => Object.keys(way).length === 0)
  return [
    ...(reads ? ['400'] : []),
    ...(isOpen ? [] : ['401']),
    ...(authorize.some(({ kind }) => kind !== 'anyone') ? ['403'] : []),
    ...(shape.body === undefined ? [] : ['413', '415']),
    ...(limit.length > 0 ? ['429'] : []),
    '500',
  ]
}

const refusal: Node = {
  description: 'A refusal',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

function responsesOf(described: Described, security: Security, { embed }: Components): Node {
  const { shape } = described.endpoint
  const good: readonly (readonly [status: string, declared: Shape['response']])[] = [
    [String(usualStatus(shape)), shape.response],
    ...Object.entries(shape.responses ?? {}),
  ]
  const refusals = refusalsOf(described.endpoint, described.routed, security).map(status => [status, refusal] as const)
  const answers = good.map(([status, declared]) => {
    const content = declared === undefined ? {} : contentOf(declared, schema => embed(outputSchemaOf(schema)))
    return [status, { description: 'An answer', ...content }] as const
  })
  return Object.fromEntries([...refusals, ...answers])
}

function operationOf(described: Described, security: Security, components: Components): Node {
  const { endpoint, routed } = described
  const { summary, description, tags, body } = endpoint.shape
  const parameters = parametersOf(endpoint, components)
  return {
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, ...contentOf(body, schema => components.embed(inputSchemaOf(schema))) },
    }),
    responses: responsesOf(described, security, components),
    security: security.alternatives,
    // Whatever guards the operation is told, in the words of the stages.
    'x-sallyport-rules': rulesTold(routed),
  }
}

/** The OpenAPI 3.1 document of an application. `ports` make the guards, which then say where they read. */
export function documentOf(described: readonly Described[], { url, ...info }: DocumentInfo, ports: StagePorts): Node {
  const paths = new Map<string, Record<string, Node>>()
  const schemes: Record<string, Node> = {}
  const components = componentsWith({ Problem: problemSchema })
  for (const each of described) {
    const { endpoint, routed } = each
    const scopes = [...new Set(routed.authorize.flatMap(rule => rule.create(ports, rule).scopes))]
    const security = securityOf(routed.identify, scopes, rule => rule.create(ports, rule))
    Object.assign(schemes, security.schemes)
    const path = paths.get(pathOf(endpoint.template)) ?? {}
    path[endpoint.method.toLowerCase()] = operationOf(each, security, components)
    paths.set(pathOf(endpoint.template), path)
  }
  return {
    openapi: '3.1.0',
    info,
    ...(url !== undefined && { servers: [{ url }] }),
    paths: Object.fromEntries(paths),
    components: { schemas: components.schemas(), securitySchemes: schemes },
  }
}
