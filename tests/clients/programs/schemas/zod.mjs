import { z } from 'zod'

const supplier = z.object({ name: z.string(), city: z.string().optional() })

export const schemas = {
  user: z.object({
    name: z.string().min(2).max(50),
    email: z.email(),
    age: z.int().min(18).max(120),
    password: z.string(),
  }),
  shown: z.object({ id: z.int(), name: z.string(), email: z.string(), age: z.int() }),
  params: z.object({ user_id: z.int() }),
  query: z.object({
    b: z.boolean().optional(),
    n: z.number().optional(),
    l: z.array(z.int()).optional(),
    s: z.string().optional(),
  }),
  flags: z.object({ b: z.boolean() }),
  nested: z.object({
    supplier,
    suppliers: z.array(supplier),
    pair: z.tuple([z.string(), supplier]),
    nobody: supplier.nullable(),
    byConstant: z.array(
      z.union([
        z.object({ kind: z.literal('a'), x: z.string() }),
        z.object({ kind: z.literal('b'), y: z.string().optional() }),
      ]),
    ),
    byType: z.array(
      z.union([z.object({ id: z.string() }), z.object({ id: z.number(), secret: z.string().optional() })]),
    ),
    byMembers: z.array(
      z.union([z.object({ all: z.boolean(), secret: z.string().optional() }), z.object({ name: z.string() })]),
    ),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
    prices: z.record(z.string(), z.object({ price: z.number() })),
    anything: z.unknown(),
  }),
  tree: z.object({
    name: z.string(),
    get kids() {
      return z.array(schemas.tree).optional()
    },
  }),
  loose: z.looseObject({ name: z.string(), inner: z.looseObject({ a: z.string() }) }),
  list: z.array(z.object({ name: z.string() })),
}
