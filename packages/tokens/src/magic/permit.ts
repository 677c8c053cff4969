import { AskError, isAsked, type Json, readAsks, remembered, TemplateTable } from '@sallyport/core'
import { z } from 'zod'
import { isMethod, methodForm } from './allowed.ts'
import { type BodyTest, compileSchema } from './body-schema.ts'
import { compiled } from './compiled.ts'
import type { MakePattern } from './pattern.ts'
import type { Entry, JudgedRequest } from './permission.ts'
import type { Work } from './work.ts'

/** Whether one value of a query parameter or header field is as it must be. */
type Condition = (value: string, work: Work) => boolean
type Conditions = ReadonlyMap<string, Condition>

export interface PathTest {
  matches(segments: readonly string[]): boolean
  /** The template itself has a `;`. */
  readonly matrix: boolean
}

/** Tokens for one API name the same few paths. */
const readPath = remembered((template: string): PathTest => {
  const table = new TemplateTable([{ template, value: true }])
  return { matches: segments => table.match(segments) !== undefined, matrix: template.includes(';') }
})

function conditionBy(makePattern: MakePattern) {
  return z.union([
    z.string().transform(
      (wanted): Condition =>
        value =>
          value === wanted,
    ),
    z
      .array(z.string())
      .min(1)
      .transform(
        (wanted): Condition =>
          value =>
            wanted.includes(value),
      ),
    z.strictObject({ matches: compiled(z.string(), makePattern) }).transform(
      ({ matches }): Condition =>
        (value, work) =>
          matches.fits(value, work),
    ),
  ])
}

/** What is named must occur, and each occurrence be as it must: a backend may take the first, the last or all. */
function hold(conditions: Conditions, valuesOf: (name: string) => readonly string[], work: Work): boolean {
  for (const [name, condition] of conditions) {
    const values = valuesOf(name)
    if (values.length === 0 || !values.every(value => condition(value, work))) return false
  }
  return true
}

function queryHolds(request: JudgedRequest, conditions: Conditions, others: boolean, work: Work): boolean {
  const pairs = request.query()
  if (!others && !pairs.every(([name]) => conditions.has(name))) return false
  const valuesOf = (wanted: string) => pairs.flatMap(([name, value]) => (name === wanted ? [value] : []))
  return hold(conditions, valuesOf, work)
}

function pathHolds(path: PathTest, request: JudgedRequest): boolean {
  return (!request.matrix || path.matrix) && request.paths.every(({ segments }) => path.matches(segments))
}

const fieldName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'needs a header name')
  .toLowerCase()

/** Two spellings of one field would be one condition too few. */
const oneSpelling = (headers: Readonly<Record<string, unknown>>) => {
  const names = Object.keys(headers).map(name => name.toLowerCase())
  return new Set(names).size === names.length
}

/** What messages may ask for, each text as a configuration writes it behind method and path: `tools/call search_items`. */
const asks = z
  .union([z.string().transform(text => [text]), z.array(z.string()).min(1).max(100)])
  .transform((texts, context): readonly string[] => {
    try {
      return texts.flatMap(text => readAsks(text).names)
    } catch (error) {
      if (!(error instanceof AskError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })

/** A message of which nothing is known asks for nothing that is permitted. */
const asksOnly = (permitted: readonly string[], { asked }: JudgedRequest) =>
  asked.length > 0 && asked.every(name => permitted.some(one => isAsked(one, name)))

/** A permit as it is written, compiled into an entry. */
export function permitBy(makePattern: MakePattern) {
  const condition = conditionBy(makePattern)
  const schema = compiled(z.custom<Json>(), (written): BodyTest => compileSchema(written, makePattern))
  return z
    .strictObject({
      method: z.string().regex(methodForm, 'needs a method in capitals, or *'),
      path: compiled(z.string(), readPath),
      asks: asks.optional(),
      query: z.record(z.string().min(1), condition).default({}),
      headers: z
        .record(z.string(), z.unknown())
        .refine(oneSpelling, 'names one header field twice')
        .pipe(z.record(fieldName, condition))
        .default({}),
      body: schema.optional(),
      others: z.literal('allow').optional(),
    })
    .transform(({ method, path, asks, query, headers, body, others }): Entry => {
      const [inQuery, inHeaders] = [new Map(Object.entries(query)), new Map(Object.entries(headers))]
      return {
        holds: (request, work) =>
          isMethod(method, request.method) &&
          pathHolds(path, request) &&
          queryHolds(request, inQuery, others === 'allow', work) &&
          hold(inHeaders, name => request.header(name), work) &&
          (asks === undefined || asksOnly(asks, request)),
        body,
      }
    })
}
