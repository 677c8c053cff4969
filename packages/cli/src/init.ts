import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { apiNameOf, isDocumentUrl, writeConfiguration } from '@sallyport/config'
import { command } from './frame/command.ts'
import { Failure, Misuse } from './frame/failure.ts'
import type { Ports } from './frame/ports.ts'
import { documentNamed } from './openapi-document.ts'

/** Writes a file that is not there yet: a configuration is never overwritten. */
async function create(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new Failure(
      there ? `${path} is there already; move it away, or name another with --output` : `${path} cannot be written`,
    )
  }
}

function told(output: string, keys: string, count: number, ports: Ports): void {
  ports.stdout.write(`${output}: ${count === 1 ? '1 operation' : `${count} operations`}, closed until there is a key. Next:
  sallyport key create NAME --file ${keys} --scopes SCOPE,...   a key for a caller
  sallyport check -c ${output}   who may call what
  sallyport up -c ${output}      start\n`)
}

/** `localhost:9001` is a URL too, of the scheme localhost. */
const isHttp = (text: string) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

const originOf = (openapi: string | undefined) =>
  openapi !== undefined && isDocumentUrl(openapi) ? URL.parse(openapi)?.origin : undefined

/** Writes a first configuration out of an OpenAPI document. */
export const init = command({
  name: 'init',
  summary: 'write a closed, commented sallyport.yaml for an OpenAPI document',
  usage: '--openapi FILE|URL [--upstream URL]',
  options: {
    openapi: { type: 'string', value: 'FILE|URL', help: 'OpenAPI 3.0 or 3.1, YAML or JSON' },
    upstream: {
      type: 'string',
      value: 'URL',
      help: "where the API is served (the document's origin, where that is at a URL)",
    },
    name: { type: 'string', value: 'NAME', help: 'what the API is called (from its title)' },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'what to write (sallyport.yaml)' },
  },
  examples: [
    ['init --openapi warehouse.yaml --upstream http://127.0.0.1:9001', 'a gateway before the warehouse API'],
    [
      'init --openapi http://127.0.0.1:8000/openapi.json',
      'a gateway before a service that answers its document itself',
    ],
  ],
  async run({ values, ports }) {
    const { openapi, upstream = originOf(openapi) } = values
    if (openapi === undefined || upstream === undefined)
      throw new Misuse('init needs --openapi FILE and --upstream URL, or --openapi URL')
    if (!isHttp(upstream)) throw new Misuse('--upstream needs an http or https URL such as http://127.0.0.1:9001')
    const document = await documentNamed(openapi, ports.cwd)
    const output = values.output ?? 'sallyport.yaml'
    const path = resolve(ports.cwd, output)
    const file = isDocumentUrl(openapi) ? openapi : relative(resolve(path, '..'), resolve(ports.cwd, openapi))
    const name = values.name ?? apiNameOf(document, openapi)
    await create(path, await writeConfiguration(document, { upstream, name, file }))
    const keys = relative(ports.cwd, resolve(path, '..', 'keys.yaml'))
    if (!existsSync(resolve(ports.cwd, keys))) await create(resolve(ports.cwd, keys), 'keys: {}\n')
    if (values.json === true)
      ports.stdout.write(`${JSON.stringify({ file: output, name, operations: document.operations.length })}\n`)
    else told(output, keys, document.operations.length, ports)
    return 0
  },
})
