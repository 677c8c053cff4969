import type { Json } from '@sallyport/core'

/** A permit as it was asked for. */
interface Permit {
  readonly [member: string]: Json
}

/** Where a token is used, and what for. */
export interface Use {
  /** What the API's paths stand below. */
  readonly url: string
  /** The first thing that it permits, which the lines call. */
  readonly permit: Permit
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '')

/** `/repos/{owner}/{path*}` as one could type it: `/repos/OWNER/PATH`. */
const filled = (template: string) => template.replace(/\{([\w.-]+)\*?\}/g, (_, name: string) => name.toUpperCase())

/** The parameters that the permit names, each with the first value that it may have. */
function queryOf({ query }: Permit): string {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) return ''
  const pairs = Object.entries(query).map(([name, wanted]): [string, string] => [
    name,
    textOf(Array.isArray(wanted) ? wanted[0] : wanted),
  ])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** One word for a shell; in single quotes nothing means anything. */
const word = (text: string) => (/^[\w./:@%=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** What a client is given, with its placeholders filled: `{url}`, `{place}`, `{call}`, `{METHOD}`, `{-X}`. */
function fill(line: string, { url, permit }: Use): string {
  const wanted = textOf(permit.method)
  const method = wanted === '*' ? 'GET' : wanted
  const values: Readonly<Record<string, string>> = {
    '{url}': url,
    '{place}': url.replace(/^https?:/, ''),
    '{call}': word(url + filled(textOf(permit.path)) + queryOf(permit)),
    '{METHOD}': method,
    '{-X}': method === 'GET' ? '' : ` -X ${method}`,
  }
  return line.replace(/\{(?:url|place|call|METHOD|-X)\}/g, placeholder => values[placeholder] ?? placeholder)
}

/** Lines to paste, by what people call the clients. */
export function clientLines(clients: Readonly<Record<string, string>>, use: Use): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(clients).map(([name, line]) => [name, fill(line, use)]))
}

const indented = (text: string) => text.replace(/^/gm, '      ')

/** The same for people. */
export const clientText = (lines: Readonly<Record<string, string>>): string =>
  Object.entries(lines)
    .map(([name, line]) => `\n  ${name}\n${indented(line)}\n`)
    .join('')
