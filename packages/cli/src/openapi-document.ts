import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { askForDocument, formatMistake, isDocumentUrl, type OpenApi, placeOfUrl, readOpenApi } from '@sallyport/config'
import { Failure } from './frame/failure.ts'

async function ask(url: string): Promise<string> {
  try {
    return await askForDocument(url)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(`no document is to be had at ${placeOfUrl(url)}: ${why}`)
  }
}

async function read(named: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, named), 'utf8')
  } catch {
    throw new Failure(`${resolve(cwd, named)} cannot be read`)
  }
}

/** The OpenAPI document in a file, relative to a folder, or at a URL. Throws Failure with all that keeps it from being used. */
export async function documentNamed(named: string, cwd: string): Promise<OpenApi> {
  const isUrl = isDocumentUrl(named)
  const shown = isUrl ? placeOfUrl(named) : named
  const document = readOpenApi(isUrl ? await ask(named) : await read(named, cwd), shown)
  if (document.mistakes.length === 0) return document
  throw new Failure(`${shown} cannot be used:\n${document.mistakes.map(formatMistake).join('\n')}`)
}
