import type { Json } from '@sallyport/core'
import { type At, isObject, type JsonObject, memberOf, type OpenApiDocument, unfit } from './document.ts'

const lastName = (reference: string) => reference.split('/').at(-1) ?? ''

/** A mapping leads to a schema by its name or by a reference. */
const referenceOf = (written: string) => (written.includes('/') ? written : `#/components/schemas/${written}`)

/** The names of alternatives, each with what it stands for; an alternative without a reference has none. */
function namesOf(alternatives: readonly Json[], mapping: Json | undefined): Map<string, string> {
  const names = new Map<string, string>()
  for (const alternative of alternatives) {
    const reference = memberOf(alternative, '$ref')
    if (typeof reference === 'string') names.set(lastName(reference), reference)
  }
  for (const [name, written] of Object.entries(isObject(mapping) ? mapping : {}))
    if (typeof written === 'string') names.set(name, referenceOf(written))
  return names
}

/** Whether an alternative says itself which values its member may have. */
function saysItself(alternative: Json, property: string, at: At, document: OpenApiDocument): boolean {
  const { json } = document.resolved({ json: alternative, at })
  const member = memberOf(memberOf(json, 'properties'), property)
  return memberOf(member, 'enum') !== undefined || memberOf(member, 'const') !== undefined
}

/**
 * A choice by discriminator (OpenAPI 3.1 section 4.8.25) as conditions: the member says which of the alternatives a value has to be, so
 * that one is judged, and not all. Left as it is where alternatives have no names, or tell themselves apart.
 */
export function byDiscriminator(schema: JsonObject, at: At, document: OpenApiDocument): JsonObject {
  const { discriminator, oneOf, anyOf, ...rest } = schema
  const alternatives = oneOf ?? anyOf
  const property = memberOf(discriminator, 'propertyName')
  if (!isObject(discriminator) || !Array.isArray(alternatives)) return schema
  if (typeof property !== 'string') throw unfit([...at, 'discriminator'], 'has no propertyName')
  const names = namesOf(alternatives, discriminator.mapping)
  if (alternatives.some(alternative => memberOf(alternative, '$ref') === undefined)) return schema
  if (alternatives.every(alternative => saysItself(alternative, property, at, document))) return schema
  for (const reference of names.values()) document.target(reference, [...at, 'discriminator'])
  const chosen = [...names].map(([name, $ref]) => ({
    if: { required: [property], properties: { [property]: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref },
  }))
  const choice = { type: 'object', required: [property], properties: { [property]: { enum: [...names.keys()] } } }
  const more = Array.isArray(rest.allOf) ? rest.allOf : []
  return { ...rest, allOf: [...more, choice, ...chosen] }
}
