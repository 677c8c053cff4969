import { after } from '@sallyport/core'
import type { Endpoint, Shape } from './endpoint.ts'
import { declaredMembers } from './json-schema/declared-members.ts'
import { type Fitting, fitted, outputSchemaOf, type Schema } from './schema.ts'
import { usualStatus } from './usual-status.ts'

/** What a body comes to that a handler gives with a status, or what is wrong with it. */
export type Fit = (body: unknown) => Fitting<unknown>

function fitOf(schema: Schema): Fit {
  const only = declaredMembers(outputSchemaOf(schema))
  if (only === undefined) return body => fitted(schema, body)
  return body => after(fitted(schema, body), made => ('faults' in made ? made : { value: only(made.value) }))
}

/**
 * What may leave of an endpoint, by status: what its schemas declare. Throws TypeError, naming the option, where a schema doesn't tell what
 * that is, for then more could leave.
 */
export function fitsOf({ route, shape }: Endpoint<Shape>): ReadonlyMap<number, Fit> {
  const named: readonly (readonly [name: string, status: number, schema: Schema | undefined])[] = [
    ...Object.entries(shape.responses ?? {}).map(
      ([status, schema]) => [`responses.${status}`, Number(status), schema] as const,
    ),
    ['response', usualStatus(shape), shape.response],
  ]
  return new Map(
    named.flatMap(([name, status, schema]) => {
      if (schema === undefined) return []
      try {
        return [[status, fitOf(schema)] as const]
      } catch (error) {
        throw new TypeError(`${route}: ${name}: ${error instanceof Error ? error.message : error}`)
      }
    }),
  )
}
