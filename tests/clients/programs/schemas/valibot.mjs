import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'

const supplier = v.object({ name: v.string(), city: v.optional(v.string()) })
const tree = v.object({ name: v.string(), kids: v.optional(v.array(v.lazy(() => tree))) })

const plain = {
  user: v.object({
    name: v.pipe(v.string(), v.minLength(2), v.maxLength(50)),
    email: v.pipe(v.string(), v.email()),
    age: v.pipe(v.number(), v.integer(), v.minValue(18), v.maxValue(120)),
    password: v.string(),
  }),
  shown: v.object({ id: v.number(), name: v.string(), email: v.string(), age: v.number() }),
  params: v.object({ user_id: v.pipe(v.number(), v.integer()) }),
  query: v.object({
    b: v.optional(v.boolean()),
    n: v.optional(v.number()),
    l: v.optional(v.array(v.pipe(v.number(), v.integer()))),
    s: v.optional(v.string()),
  }),
  flags: v.object({ b: v.boolean() }),
  nested: v.object({
    supplier,
    suppliers: v.array(supplier),
    pair: v.tuple([v.string(), supplier]),
    nobody: v.nullable(supplier),
    byConstant: v.array(
      v.variant('kind', [
        v.object({ kind: v.literal('a'), x: v.string() }),
        v.object({ kind: v.literal('b'), y: v.optional(v.string()) }),
      ]),
    ),
    byType: v.array(
      v.union([v.object({ id: v.string() }), v.object({ id: v.number(), secret: v.optional(v.string()) })]),
    ),
    byMembers: v.array(
      v.union([v.object({ all: v.boolean(), secret: v.optional(v.string()) }), v.object({ name: v.string() })]),
    ),
    both: v.intersect([v.object({ a: v.string() }), v.object({ b: v.string() })]),
    prices: v.record(v.string(), v.object({ price: v.number() })),
    anything: v.unknown(),
  }),
  tree,
  loose: v.looseObject({ name: v.string(), inner: v.looseObject({ a: v.string() }) }),
  list: v.array(v.object({ name: v.string() })),
}

export const schemas = Object.fromEntries(
  Object.entries(plain).map(([name, schema]) => [name, toStandardJsonSchema(schema)]),
)
export const untold = plain.shown
