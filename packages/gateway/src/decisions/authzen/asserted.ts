import { isIP } from 'node:net'
import {
  type Attribute,
  type AttributeType,
  attributeOf,
  type Identity,
  type Json,
  type Method,
  type Principal,
  Problem,
} from '@sallyport/core'
import { plainAddress } from '@sallyport/stages'
import type { Evaluation } from './shapes.ts'

/** What can't be asked here. */
export class Unasked extends Error {
  override readonly name = 'Unasked'
}

const unasked = (reason: string): never => {
  throw new Unasked(reason)
}

type Properties = Readonly<Record<string, Json>>

function textIn(properties: Properties, name: string): string | undefined {
  const value = properties[name]
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  return unasked(`subject.properties.${name} must be a text`)
}

function textsIn(properties: Properties, name: string): ReadonlySet<string> {
  const value = properties[name] ?? []
  if (Array.isArray(value)) {
    const texts = value.filter(item => typeof item === 'string')
    if (texts.length === value.length) return new Set(texts)
  }
  return unasked(`subject.properties.${name} must be a list of texts`)
}

/** Declared claims that are told, as their declarations have them; undefined for one of another type. */
function attributesIn(told: Properties, methods: readonly Method[]): Principal['attributes'] {
  const declared: readonly (readonly [string, AttributeType])[] = methods.flatMap(({ attributes = {} }) =>
    Object.entries(attributes),
  )
  const known = declared.filter(([name]) => Object.hasOwn(told, name))
  return new Map(known.map(([name, type]): [string, Attribute | undefined] => [name, attributeOf(type, told[name])]))
}

function claimsIn(properties: Properties): Properties {
  const { claims = properties } = properties
  if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims
  return unasked('subject.properties.claims must be an object')
}

function identitiesOf(type: string, named: Identity, application: Identity | undefined) {
  if (type === 'user') return { user: named, application }
  if (type === 'application') return { user: undefined, application: named }
  if (type === 'anonymous') return { user: undefined, application: undefined }
  return unasked('subject.type must be user, application or anonymous')
}

/** Nobody in particular gets no further than identify where every method wants a credential. Throws Problem `credential-missing`. */
function requireTaken(type: string, methods: readonly Method[]): void {
  if (type !== 'anonymous' || methods.some(({ kind }) => kind === 'anonymous')) return
  throw new Problem('credential-missing', {}, 'nobody comes here without a credential')
}

/**
 * Who is asked about, as whoever asks asserts it, for a route of these methods: they say which claims have which type, and whether
 * anybody may come. Throws Unasked.
 */
export function assertedBy({ subject }: Evaluation): (methods: readonly Method[]) => Principal {
  const { type, id, properties = {} } = subject
  const issuer = textIn(properties, 'issuer') ?? 'authzen'
  const through = textIn(properties, 'application')
  const application = through === undefined ? undefined : { issuer, subject: through }
  const claims = claimsIn(properties)
  const asserted = {
    ...identitiesOf(type, { issuer, subject: id }, application),
    actors: [],
    credential: { kind: 'asserted', id: 'authzen' },
    scopes: textsIn(properties, 'scopes'),
    roles: textsIn(properties, 'roles'),
    groups: textsIn(properties, 'groups'),
    claims: {},
  }
  return methods => {
    requireTaken(type, methods)
    return { ...asserted, attributes: attributesIn(claims, methods) }
  }
}

/** Where the call would come from, as far as that is told. Throws Unasked. */
export function addressOf({ subject, context = {} }: Evaluation): string | undefined {
  const told = context.ip ?? subject.properties?.ip_address
  if (told === undefined) return undefined
  return typeof told === 'string' && isIP(told) !== 0 ? plainAddress(told) : unasked('context.ip must be an address')
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** When the call would come: milliseconds since the epoch; undefined for now. Throws Unasked. */
export function timeOf({ context = {} }: Evaluation): number | undefined {
  const { time } = context
  if (time === undefined) return undefined
  const at = typeof time === 'string' && rfc3339.test(time) ? Date.parse(time) : Number.NaN
  return Number.isNaN(at) ? unasked('context.time must be a time such as 2026-01-15T12:00:00Z') : at
}

const methodName = /^[A-Z]+$/

/** The call that is asked about: its method, its path, and the operation that it has to be, if that is told. Throws Unasked. */
export function callOf({ action, resource }: Evaluation) {
  const [method = '', template] = action.name.split(' ')
  if (!methodName.test(method))
    return unasked('action.name must be a method, such as GET, or an operation, such as GET /items/{id}')
  const written = action.properties?.method
  if (written !== undefined && written !== method) return unasked('action.properties.method is another one')
  if (resource.type !== 'route') return unasked('resource.type must be route')
  if (!resource.id.startsWith('/')) return unasked('resource.id must be a path')
  return { method, path: resource.id, operation: template === undefined ? undefined : action.name }
}
