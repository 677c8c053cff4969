import { testPrograms } from '../harness/page-programs.ts'

testPrograms('docs/observing.md', [
  "401 credential-missing refused\n403 { scopes: [ 'order_item' ] }\nundefined answered\n",
  '401\nsallyport_call_duration_seconds_count{api="shop",operation="GET /items/{id}",status="401",outcome="refused"} 1\n',
  `204
[
  {
    operation: 'PUT /items/{id}/price',
    item: '7',
    detail: '{"outcome":"done","detail":{"after":4}}'
  }
]
`,
  `shop: calls are shown here and at /_development; the marks: admit identify authorize limit inspect forward protect record
TypeError: host: an application that shows its calls for development listens on this machine alone
TypeError: development: shows what callers may not know, and NODE_ENV says that this is production
`,
])
