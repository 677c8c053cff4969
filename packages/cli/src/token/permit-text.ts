import { AskError, type Json, readAsks } from '@sallyport/core'
import { Misuse } from '../frame/failure.ts'

const asDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Misuse(`${JSON.stringify(text)} is not percent-encoded UTF-8`)
  }
}

/** `state=open&sort=a&sort=b&*`: what each parameter must be, and whether others may stand beside them. */
function queryOf(text: string): { readonly [member: string]: Json } {
  const wanted = new Map<string, string[]>()
  const pairs = text.split('&')
  for (const pair of pairs.filter(one => one !== '*')) {
    const [name = '', ...value] = pair.split('=')
    if (name === '' || value.length === 0)
      throw new Misuse(`${JSON.stringify(pair)} is no condition such as state=open`)
    wanted.set(asDecoded(name), [...(wanted.get(asDecoded(name)) ?? []), asDecoded(value.join('='))])
  }
  const query = Object.fromEntries(
    [...wanted].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
  return { ...(wanted.size > 0 && { query }), ...(pairs.includes('*') && { others: 'allow' }) }
}

const permitForm = /^(\S+) (\/[^?\s]*)(?:\?(\S+))?(?: (.+))?$/

/** What messages ask for, as a token has it. Throws Misuse. */
function asksOf(text: string): { readonly asks: string } {
  try {
    readAsks(text)
    return { asks: text }
  } catch (error) {
    if (error instanceof AskError) throw new Misuse(`${JSON.stringify(text)} ${error.message}`)
    throw error
  }
}

/**
 * `METHOD /path/{template}?name=value&*` as a permit, with what messages ask for behind it (`POST /mcp tools/call search_items`). A name
 * that stands twice may have either value.
 */
export function readPermit(text: string): { readonly [member: string]: Json } {
  const [, method, path, query, asks] = permitForm.exec(text) ?? []
  if (method === undefined || path === undefined)
    throw new Misuse(`${JSON.stringify(text)} is no permit such as 'GET /repos/{owner}/{repo}/issues'`)
  return { method, path, ...(query !== undefined && queryOf(query)), ...(asks !== undefined && asksOf(asks)) }
}
