import { testPrograms } from '../harness/page-programs.ts'

testPrograms('docs/observing.md', [
  "401 credential-missing refused\n403 { scopes: [ 'order_item' ] }\nundefined answered\n",
  '401\nsallyport_call_duration_seconds_count{api="shop",operation="GET /items/{id}",status="401",outcome="refused"} 1\n',
])
