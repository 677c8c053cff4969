/** Escapes, classes (which may hold classes: XML Schema part 2, appendix F), brackets, counts and single characters. */
const lexeme =
  /\\[pP]\{[^}]*\}|\\[\s\S]|\[(?:\\[\s\S]|[^[\]\\]|\[(?:\\[\s\S]|[^[\]\\])*\])*\]|\{(\d+)(,?)(\d*)\}|[\s\S]/g

interface Frame {
  /** In how many ways what stands here may match. */
  ways: number
  alternatives: number
  /** How many repetitions have no end. */
  endless: number
}

const frame = (): Frame => ({ ways: 1, alternatives: 1, endless: 0 })
const weighed = ({ ways, alternatives }: Frame) => ways * alternatives

function countOf(piece: string, [, least, comma, most]: RegExpMatchArray): readonly [number, number] | undefined {
  if (piece === '*' || piece === '+') return [piece === '*' ? 0 : 1, Number.POSITIVE_INFINITY]
  if (piece === '?') return [0, 1]
  if (least === undefined) return undefined
  if (comma === '') return [Number(least), Number(least)]
  return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)]
}

/** Puts a repetition of `item` into a frame. */
function repeat(into: Frame, item: Frame, [least, most]: readonly [number, number]): void {
  const ways = weighed(item)
  if (most === Number.POSITIVE_INFINITY) {
    into.endless += ways > 1 || item.endless > 0 ? 2 : 1
    return
  }
  into.endless += item.endless * Math.max(1, most)
  into.ways *= ways ** most * (most - least + 1)
}

/**
 * Whether libxml2 tells in few steps whether a text is as an `xs:pattern` says. It tries the ways in which a text may match one after the
 * other, and of some patterns there are more than anybody can wait for.
 */
export function isQuick(pattern: string): boolean {
  const open: Frame[] = []
  let here = frame()
  let last: Frame | undefined
  const settle = (count: readonly [number, number] = [1, 1]) => {
    if (last !== undefined) repeat(here, last, count)
    last = undefined
  }
  for (const match of pattern.matchAll(lexeme)) {
    const [piece] = match
    const count = countOf(piece, match)
    if (count !== undefined) {
      settle(count)
      continue
    }
    settle()
    if (piece === '(') {
      open.push(here)
      here = frame()
    } else if (piece === ')') {
      last = here
      here = open.pop() ?? frame()
    } else if (piece === '|') here.alternatives += 1
    else last = frame()
  }
  settle()
  return here.endless === 0 ? weighed(here) <= 10_000 : here.endless === 1 && weighed(here) <= 100
}
