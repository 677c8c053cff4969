/** Directives of Cache-Control by lower-case name with their argument; empty where there is none (RFC 9111 section 5.2). */
export type Directives = ReadonlyMap<string, string>

const between = /[\t ,]*/y
const directive = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[^"\\]|\\.)*)"))?/y
const followed = /[\t ]*(?:,|$)/y

/** No number: what is said twice, and differently, is not known. */
const contradicted = '?'

/** The directives of fields that stand in one message. Undefined where any of it is no directive: then nothing of it can be relied on. */
export function directivesIn(values: readonly string[]): Directives | undefined {
  const text = values.join(',')
  const found = new Map<string, string>()
  between.lastIndex = 0
  between.test(text)
  let at = between.lastIndex
  while (at < text.length) {
    directive.lastIndex = at
    const [, name, token, quoted] = directive.exec(text) ?? []
    if (name === undefined) return undefined
    followed.lastIndex = directive.lastIndex
    if (!followed.test(text)) return undefined
    const key = name.toLowerCase()
    const argument = token ?? quoted ?? ''
    found.set(key, (found.get(key) ?? argument) === argument ? argument : contradicted)
    between.lastIndex = directive.lastIndex
    between.test(text)
    at = between.lastIndex
  }
  return found
}

/** More seconds than any answer is kept for: RFC 9111 section 1.2.2. */
const most = 2 ** 31

/** The delta-seconds of a directive in milliseconds: undefined where it isn't there, NaN where its argument is no such number. */
export function durationOf(directives: Directives, name: string): number | undefined {
  const argument = directives.get(name)
  if (argument === undefined) return undefined
  return /^\d+$/.test(argument) ? Math.min(Number(argument), most) * 1000 : Number.NaN
}
