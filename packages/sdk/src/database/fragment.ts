import { bindable, type Value } from './values.ts'

/** SQL with gaps for values: one text more than values. */
export interface Pieces {
  readonly texts: readonly string[]
  readonly values: readonly Value[]
}

/** A part of a statement, made only by a template, `list` or `identifier`: nothing that was received can pass for one. */
export class Fragment {
  readonly #pieces: Pieces

  constructor(pieces: Pieces) {
    this.#pieces = pieces
  }

  static piecesOf(part: unknown): Pieces | undefined {
    return typeof part === 'object' && part !== null && #pieces in part ? part.#pieces : undefined
  }
}

/** What stands in a gap of a template: a value, which is bound, or a part with values of its own. */
export type Part = Value | Fragment

/** Only a template literal is frozen and knows its raw texts; without types, too, no text that was put together is taken for one. */
function requireTemplate(strings: TemplateStringsArray): void {
  const isTemplate = Array.isArray(strings) && Object.isFrozen(strings) && Array.isArray(strings.raw)
  if (!isTemplate) throw new TypeError('SQL is written as a template: sql`select … where id = ${id}`')
}

/** Throws TypeError for what is no template, and for what can't be bound. */
export function piecesOf(strings: TemplateStringsArray, parts: readonly Part[]): Pieces {
  requireTemplate(strings)
  const texts = [strings[0] ?? '']
  const values: Value[] = []
  for (const [i, part] of parts.entries()) {
    const own = Fragment.piecesOf(part) ?? { texts: ['', ''], values: [bindable(part)] }
    const [first = '', ...more] = own.texts
    texts.push(`${texts.pop()}${first}`, ...more)
    texts.push(`${texts.pop()}${strings[i + 1] ?? ''}`)
    values.push(...own.values)
  }
  return { texts, values }
}

/** A part of a statement, to stand in a gap of another template. */
export const fragment = (strings: TemplateStringsArray, ...parts: readonly Part[]): Fragment =>
  new Fragment(piecesOf(strings, parts))

const listMax = 1000

/** `where id in ${list(ids)}`: each is bound. Throws RangeError where there are none, or more than 1000. */
export function list(given: readonly Value[]): Fragment {
  if (!Array.isArray(given) || given.length === 0 || given.length > listMax)
    throw new RangeError(`list: needs 1 to ${listMax} values`)
  return new Fragment({
    texts: ['(', ...new Array<string>(given.length - 1).fill(', '), ')'],
    values: given.map(bindable),
  })
}

/** The name of a column or table that is known only at run time. Throws RangeError where it is none of those that are allowed. */
export function identifier<const Name extends string>(name: string, allowed: readonly Name[]): Fragment {
  const known = allowed.find(each => each === name)
  if (known === undefined) throw new RangeError(`identifier: is none of ${allowed.join(', ')}`)
  return new Fragment({ texts: [`"${known.replaceAll('"', '""')}"`], values: [] })
}
