import { type } from 'arktype'

const supplier = type({ name: 'string', 'city?': 'string' })

export const schemas = {
  user: type({
    name: '2 <= string <= 50',
    email: 'string.email',
    age: '18 <= number.integer <= 120',
    password: 'string',
  }),
  shown: type({ id: 'number', name: 'string', email: 'string', age: 'number' }),
  params: type({ user_id: 'number.integer' }),
  query: type({ 'b?': 'boolean', 'n?': 'number', 'l?': 'number.integer[]', 's?': 'string' }),
  flags: type({ b: 'boolean' }),
  nested: type({
    supplier,
    suppliers: supplier.array(),
    pair: ['string', supplier],
    nobody: supplier.or('null'),
    byConstant: type({ kind: "'a'", x: 'string' }).or({ kind: "'b'", 'y?': 'string' }).array(),
    byType: type({ id: 'string' }).or({ id: 'number', 'secret?': 'string' }).array(),
    byMembers: type({ all: 'boolean', 'secret?': 'string' }).or({ name: 'string' }).array(),
    both: type({ a: 'string' }).and({ b: 'string' }),
    prices: type({ '[string]': { price: 'number' } }),
    anything: 'unknown',
  }),
  tree: type({ name: 'string', 'kids?': 'this[]' }),
  loose: type({ name: 'string', inner: { a: 'string', '[string]': 'unknown' }, '[string]': 'unknown' }),
  list: type({ name: 'string' }).array(),
}
