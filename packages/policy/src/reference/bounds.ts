import { type Place, PolicyFault } from '../fault.ts'

/** How much one policy may hold. Far beyond it the reference engine runs out of stack, in its parser or its validator, and is good for nothing after. */
const most = { nested: 50, operators: 300, ifs: 50 } as const

/** A text that isn't closed goes to the end: looked for anew at each of its quotes it would take the square of its length. */
const word = /"(?:\\.|[^"\\])*"?|\/\/[^\n]*|&&|\|\||[()[\]{};.+*-]|\bif\b/gs
const opening: ReadonlySet<string> = new Set(['(', '[', '{'])
const closing: ReadonlySet<string> = new Set([')', ']', '}'])
const operators: ReadonlySet<string> = new Set(['&&', '||', '.', '[', '+', '-', '*'])

/** Characters of a whole text: reading takes time that nothing else has. */
const mostText = 2 ** 18

const nothing = { nested: 0, operators: 0, ifs: 0 }

function placeOf(text: string, at: number): Place {
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** Throws PolicyFault where a policy of a text is nested or chained so much that it can't be read safely. */
export function requireBounded(text: string): void {
  if (text.length > mostText) throw new PolicyFault(`a file of policies has at most ${mostText / 1024} KiB`)
  let sum = nothing
  for (const { 0: token, index } of text.matchAll(word)) {
    if (token === ';' && sum.nested <= 0) {
      sum = nothing
      continue
    }
    sum = {
      nested: sum.nested + Number(opening.has(token)) - Number(closing.has(token)),
      operators: sum.operators + Number(operators.has(token)),
      ifs: sum.ifs + Number(token === 'if'),
    }
    if (sum.nested > most.nested || sum.operators > most.operators || sum.ifs > most.ifs)
      throw new PolicyFault(
        `a policy has at most ${most.nested} brackets within each other, ${most.operators} operators and ${most.ifs} ifs; split it`,
        placeOf(text, index),
      )
  }
}
