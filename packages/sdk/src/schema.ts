import { settled } from '@sallyport/core'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { Node } from './json-schema/node.ts'

/** Any schema of a library that speaks Standard Schema: zod, valibot, arktype. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>
export type Output<S extends Schema> = StandardSchemaV1.InferOutput<S>
export type Input<S extends Schema> = StandardSchemaV1.InferInput<S>

/** Places in a value, with dots between members, and what is wrong there. The whole is the empty place. */
export type Faults = Readonly<Record<string, readonly string[]>>

export type Fitted<Value> = { readonly value: Value } | { readonly faults: Faults }

/** Without a promise where the schema waits for nothing. */
export type Fitting<Value> = Fitted<Value> | Promise<Fitted<Value>>

/** So many are told at the most. */
const faultsMax = 20

const nameOf = (part: PropertyKey | { readonly key: PropertyKey }) => String(typeof part === 'object' ? part.key : part)

function faultsOf(issues: readonly StandardSchemaV1.Issue[]): Faults {
  const faults = new Map<string, string[]>()
  for (const { path = [], message } of issues.slice(0, faultsMax)) {
    const place = path.map(nameOf).join('.')
    faults.set(place, [...(faults.get(place) ?? []), message])
  }
  return Object.fromEntries(faults)
}

/** What a schema makes of a value, or what it finds wrong. */
export const fitted = <S extends Schema>(schema: S, value: unknown): Fitting<Output<S>> =>
  settled(schema['~standard'].validate(value), result =>
    result.issues === undefined ? { value: result.value } : { faults: faultsOf(result.issues) },
  )

const draft = 'draft-2020-12'

type Described = Schema & { readonly '~standard': StandardJSONSchemaV1.Props }

const isDescribed = (schema: Schema): schema is Described => 'jsonSchema' in schema['~standard']

/** What libraries call leniency: what can't be told of a schema is anything (zod, valibot). */
const lenient = { unrepresentable: 'any', errorMode: 'ignore' }

/** A schema of what comes in as JSON Schema: anything is allowed where its library can't tell. */
export function inputSchemaOf(schema: Schema): Node {
  if (!isDescribed(schema)) return {}
  const { $schema: _, ...told } = schema['~standard'].jsonSchema.input({ target: draft, libraryOptions: lenient })
  return told
}

/** A schema of what leaves as JSON Schema. Throws TypeError, or what its library throws, where it can't be told. */
export function outputSchemaOf(schema: Schema): Node {
  if (!isDescribed(schema))
    throw new TypeError(
      `${schema['~standard'].vendor} doesn't tell its JSON Schema, so more could leave than is declared (valibot tells it by toStandardJsonSchema)`,
    )
  const { $schema: _, ...told } = schema['~standard'].jsonSchema.output({ target: draft })
  return told
}
