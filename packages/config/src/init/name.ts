import { parse } from 'node:path'
import type { OpenApi } from '../openapi/read.ts'

/** A name for the API that a document describes, fit for a path: from its title, else from its file. */
export function apiNameOf({ title }: OpenApi, file: string): string {
  return slug(title ?? '') || slug(parse(file).name) || 'api'
}

function slug(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  return words.join('-').slice(0, 40).replace(/-$/, '')
}
