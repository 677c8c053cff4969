import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import { writeFirst } from './configuration.ts'
import { writeProject } from './project.ts'

/** What stands with `--sdk`, and what with `--openapi`: one of them is meant. */
const parts = { sdk: ['package'], openapi: ['upstream', 'name', 'output'] } as const

function requireOneOf(values: Readonly<Record<string, unknown>>, meant: 'sdk' | 'openapi'): void {
  const other = meant === 'sdk' ? 'openapi' : 'sdk'
  const stray = [other, ...parts[other]].find(name => values[name] !== undefined)
  if (stray !== undefined) throw new Misuse(`--${stray} is for init with --${other}, not with --${meant}`)
}

/** Writes a first configuration out of an OpenAPI document, or a project of the framework. */
export const init = command({
  name: 'init',
  summary: 'write a closed, commented sallyport.yaml for an OpenAPI document, or a project of the framework',
  usage: '--openapi FILE|URL [--upstream URL] | --sdk NAME',
  options: {
    openapi: { type: 'string', value: 'FILE|URL', help: 'OpenAPI 3.0 or 3.1, YAML or JSON' },
    upstream: {
      type: 'string',
      value: 'URL',
      help: "where the API is served (the document's origin, where that is at a URL)",
    },
    name: { type: 'string', value: 'NAME', help: 'what the API is called (from its title)' },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'what to write (sallyport.yaml)' },
    sdk: { type: 'string', value: 'NAME', help: 'make a project of @sallyport/sdk in the new folder NAME' },
    package: { type: 'string', value: 'FILE', help: 'its packed @sallyport/sdk (that of the npm registry)' },
  },
  examples: [
    ['init --openapi warehouse.yaml --upstream http://127.0.0.1:9001', 'a gateway before the warehouse API'],
    [
      'init --openapi http://127.0.0.1:8000/openapi.json',
      'a gateway before a service that answers its document itself',
    ],
    ['init --sdk shop', 'a service of your own that runs, is tested and is typed'],
  ],
  async run({ values, ports }) {
    const { sdk, package: from } = values
    const json = values.json === true
    requireOneOf(values, sdk === undefined ? 'openapi' : 'sdk')
    if (sdk === undefined)
      await writeFirst(
        { openapi: values.openapi, upstream: values.upstream, name: values.name, output: values.output, json },
        ports,
      )
    else await writeProject(sdk, { from, json }, ports)
    return 0
  },
})
