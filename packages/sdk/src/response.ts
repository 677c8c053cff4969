import { after } from '@sallyport/core'
import type { Endpoint, Shape } from './endpoint.ts'
import { declaredMembers } from './json-schema/declared-members.ts'
import { Media, type MediaValues, type Streamed } from './media.ts'
import { type Fitted, type Fitting, fitted, outputSchemaOf, type Schema } from './schema.ts'
import { isStreamed } from './streamed-body.ts'
import { usualStatus } from './usual-status.ts'

/** A body as it leaves, and its media type. */
export type Leaving = { readonly type: string } & (
  | { readonly content: string | Uint8Array }
  | { readonly stream: Streamed }
)

/** What a body comes to that a handler gives with a status, or what is wrong with it. */
export type Fit = (body: unknown) => Fitting<Leaving>

const unlike = (what: string): Fitted<never> => ({ faults: { '': [`needs ${what}`] } })

function jsonFit(schema: Schema): Fit {
  const only = declaredMembers(outputSchemaOf(schema))
  return body =>
    after(fitted(schema, body), made => {
      if ('faults' in made) return made
      const value = only === undefined ? made.value : only(made.value)
      // Undefined for what JSON has no form for, whatever its type says.
      const content: string | undefined = JSON.stringify(value)
      return content === undefined ? unlike('a value of JSON') : { value: { type: 'application/json', content } }
    })
}

const mediaFits: Readonly<Record<keyof MediaValues, (type: string) => Fit>> = {
  text: type => body => (typeof body === 'string' ? { value: { type, content: body } } : unlike('a text')),
  bytes: type => body => (body instanceof Uint8Array ? { value: { type, content: body } } : unlike('a Uint8Array')),
  stream: type => body => (isStreamed(body) ? { value: { type, stream: body } } : unlike('an async iterable')),
}

const fitOf = (declared: Schema | Media<keyof MediaValues>): Fit =>
  declared instanceof Media ? mediaFits[declared.form](declared.type) : jsonFit(declared)

/**
 * What may leave of an endpoint, by status: what its schemas declare. Throws TypeError, naming the option, where a schema doesn't tell what
 * that is, for then more could leave.
 */
export function fitsOf({ route, shape }: Endpoint<Shape>): ReadonlyMap<number, Fit> {
  const named: readonly (readonly [name: string, status: number, declared: Shape['response']])[] = [
    ...Object.entries(shape.responses ?? {}).map(
      ([status, declared]) => [`responses.${status}`, Number(status), declared] as const,
    ),
    ['response', usualStatus(shape), shape.response],
  ]
  return new Map(
    named.flatMap(([name, status, declared]) => {
      if (declared === undefined) return []
      try {
        return [[status, fitOf(declared)] as const]
      } catch (error) {
        throw new TypeError(`${route}: ${name}: ${error instanceof Error ? error.message : error}`)
      }
    }),
  )
}
