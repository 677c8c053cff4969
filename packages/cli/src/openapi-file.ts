import { readFile } from 'node:fs/promises'
import { formatMistake, type OpenApi, readOpenApi } from '@sallyport/config'
import { Failure } from './frame/failure.ts'

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new Failure(`${path} cannot be read`)
  }
}

/** The OpenAPI document in a file, which is called `shown`. Throws Failure with all that keeps it from being used. */
export async function documentAt(path: string, shown: string): Promise<OpenApi> {
  const document = readOpenApi(await read(path), shown)
  if (document.mistakes.length === 0) return document
  throw new Failure(`${shown} cannot be used:\n${document.mistakes.map(formatMistake).join('\n')}`)
}
