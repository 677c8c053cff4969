import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { apiNameOf, isDocumentUrl, writeConfiguration } from '@sallyport/config'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { documentNamed } from '../openapi-document.ts'

/** What a configuration is written of. */
export interface ConfigurationOptions {
  /** A file, or the URL of a document that a service answers itself. */
  readonly openapi: string | undefined
  readonly upstream: string | undefined
  readonly name: string | undefined
  readonly output: string | undefined
  readonly json: boolean
}

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

const told = (output: string, keys: string, count: number) =>
  `${output}: ${count === 1 ? '1 operation' : `${count} operations`}, closed until there is a key. Next:
  sallyport key create NAME --file ${keys} --scopes SCOPE,...   a key for a caller
  sallyport check -c ${output}   who may call what
  sallyport up -c ${output}      start\n`

/** `localhost:9001` is a URL too, of the scheme localhost. */
const isHttp = (text: string) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

const originOf = (openapi: string | undefined) =>
  openapi !== undefined && isDocumentUrl(openapi) ? URL.parse(openapi)?.origin : undefined

/** Writes a first configuration out of an OpenAPI document. */
export async function writeFirst(options: ConfigurationOptions, ports: Ports): Promise<void> {
  const { openapi, upstream = originOf(openapi), output = 'sallyport.yaml' } = options
  if (openapi === undefined || upstream === undefined)
    throw new Misuse('init needs --openapi FILE and --upstream URL, or --openapi URL, or --sdk NAME')
  if (!isHttp(upstream)) throw new Misuse('--upstream needs an http or https URL such as http://127.0.0.1:9001')
  const document = await documentNamed(openapi, ports.cwd)
  const path = resolve(ports.cwd, output)
  const file = isDocumentUrl(openapi) ? openapi : relative(resolve(path, '..'), resolve(ports.cwd, openapi))
  const name = options.name ?? apiNameOf(document, openapi)
  await create(path, await writeConfiguration(document, { upstream, name, file }))
  const keys = relative(ports.cwd, resolve(path, '..', 'keys.yaml'))
  if (!existsSync(resolve(ports.cwd, keys))) await create(resolve(ports.cwd, keys), 'keys: {}\n')
  const operations = document.operations.length
  ports.stdout.write(
    options.json ? `${JSON.stringify({ file: output, name, operations })}\n` : told(output, keys, operations),
  )
}
