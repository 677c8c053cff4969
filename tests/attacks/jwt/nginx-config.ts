/** One directive of an nginx configuration: its words, quotes taken off, and its block if it has one. */
export interface Directive {
  readonly words: readonly string[]
  readonly block: readonly Directive[]
}

const lexeme = /#[^\n]*|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|[{};]|[^\s{};]+/g

/** Reads as much of nginx's grammar as the cases use. */
export function parseNginx(text: string): Directive[] {
  const stack: Directive[][] = [[]]
  let words: string[] = []
  const end = (block: Directive[]) => {
    stack.at(-1)?.push({ words, block })
    words = []
  }
  for (const [all, single, double] of text.matchAll(lexeme)) {
    if (all.startsWith('#')) continue
    if (all === ';') end([])
    else if (all === '{') {
      const block: Directive[] = []
      end(block)
      stack.push(block)
    } else if (all === '}') stack.pop()
    else words.push(single ?? double ?? all)
  }
  return stack[0] ?? []
}

/** What a request meets, outermost first: the server, its location, and what that says for other methods. */
export type Levels = readonly (readonly Directive[])[]

const named = (level: readonly Directive[], name: string) => level.filter(({ words }) => words[0] === name)

/** The directives of a name, without it, from every level. */
export const everyOf = (levels: Levels, name: string) =>
  levels.flatMap(level => named(level, name).map(({ words }) => words.slice(1)))

/** The directives of a name, without it, from the innermost level that has any. */
export function nearestOf(levels: Levels, name: string): readonly (readonly string[])[] {
  const level = levels.findLast(one => named(one, name).length > 0)
  return level === undefined ? [] : everyOf([level], name)
}

/** The levels that a request for this method and path meets. */
export function levelsOf(server: readonly Directive[], method: string, path: string): Levels {
  const location = named(server, 'location').find(({ words }) => words[1] === path)?.block ?? []
  const others = named(location, 'limit_except').find(({ words }) => !words.includes(method))?.block
  return others === undefined ? [server, location] : [server, location, others]
}

/** The value of a variable that the configuration sets; undefined where nothing here does. */
export const variableOf = (levels: Levels, name: string) => everyOf(levels, 'set').findLast(([at]) => at === name)?.[1]
