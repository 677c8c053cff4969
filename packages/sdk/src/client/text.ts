/** What has a form as a text of a path, a query or a field. */
export type Sendable = string | number | boolean

/** A value as the text that a server reads as that value. Throws TypeError, naming its place, for what has no such form. */
export function textOf(place: string, value: unknown): string {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  if (typeof value === 'string' && value.isWellFormed()) return value
  throw new TypeError(
    `${place}: ${typeof value === 'string' ? 'is half a character' : 'needs a text, a number, true or false'}`,
  )
}

/** The members of a part as pairs of texts: a list is its name several times, what is undefined isn't sent. */
export function pairsOf(part: string, values: object = {}): readonly (readonly [name: string, text: string])[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
    return all.map(each => [name, textOf(`${part}.${name}`, each)] as const)
  })
}

/** The same, for what fetch would join with commas: one text a name. */
export function singlesOf(part: string, values: object = {}): readonly (readonly [name: string, text: string])[] {
  const several = Object.entries(values).find(([, value]) => Array.isArray(value))
  if (several !== undefined) throw new TypeError(`${part}.${several[0]}: is one text, no list`)
  return pairsOf(part, values)
}
