import { testPrograms } from '../harness/page-programs.ts'

testPrograms('docs/framework.md', [
  "{ greeting: 'Hello, ann' }\n",
  "401\n{ id: 1, by: 'ann' }\n{ id: 1, by: 'shop' }\n",
  '403\n204\nTypeError: JWT_SECRET is not set: there is no default for a secret\n',
  '401\n',
  '204 429 204\n',
  "404 { message: 'no such item' }\n",
  'text/csv; charset=utf-8\n200\n415\ndata: bolt\n\ndata: saw\n\n\n',
  "[ { jwt: [ 'read' ] } ] [ {} ]\n[ '204', '401', '403', '500' ]\n",
  "1\n403 scope-missing [ 'order_item' ]\n",
  "{ item: 'bolt', by: 'ann' }\n429\n201\n403 needs scope order_item; has none\n",
  "{ ip: '127.0.0.1' }\n",
  "[ { id: 1, name: 'bolt' } ]\n[]\n",
])
