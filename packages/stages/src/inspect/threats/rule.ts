export type Level = 1 | 2 | 3 | 4

/**
 * Where a value stands, for the few rules that hold in one place alone: `path` is a whole request path, `parameter` the name
 * of a parameter of a query or a form, `name` the name of an uploaded file, `header` a request header that people do not write (its own grammar is free text).
 */
export const places = ['text', 'path', 'parameter', 'name', 'header'] as const
export type Place = (typeof places)[number]

/**
 * One pattern of one family. It is tried only where one of `at` begins, so a text costs as much as it has such places.
 * What a pattern can reach from there is bounded: no `*`, `+` or `{n,}`, which a test holds.
 *
 * `at` holds whole words (`union`; what follows a digit or a mark in one is looked for too), beginnings of words of two letters
 * (`on~`), or one or two characters that begin with none of a word (`'`, `<!`). The text is in lower case, with each run of white space made one space.
 */
export interface Rule {
  /** For the record: what was found. */
  readonly name: string
  /** The lowest level at which it counts. */
  readonly level: Level
  readonly at: readonly string[]
  /** The source of a regular expression, matched from the place where `at` begins; may look behind. Absent: `at` is enough. */
  readonly pattern?: string
  /**
   * Characters of which one must stand before, spaces aside; `^` is the beginning of the text. It says no more than the pattern
   * does, and is looked at first: most words of most texts go no further.
   */
  readonly after?: string
  /** Where it holds; everywhere if absent. */
  readonly in?: readonly Place[]
}

export interface Family {
  readonly name: string
  /** The reading of a text that it also looks at: what its interpreter drops is taken out. */
  readonly also?: 'uncommented' | 'unquoted'
  readonly rules: readonly Rule[]
}

export const words = (list: string): string[] => list.split(/\s+/).filter(each => each !== '')
