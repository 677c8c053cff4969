import { testPrograms } from '../harness/page-programs.ts'

testPrograms('docs/sessions.md', [
  "401\n204\n{ name: 'ann', office: 'Bern' }\n204\n401\n",
  '401 204\n401\n',
  "[\n  'needs at least 10 characters',\n  'needs an upper-case letter',\n  'needs one of !@#$%^&*'\n]\n",
])
