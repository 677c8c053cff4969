import { Uncertainty } from '../uncertainty.ts'
import { bool } from '../values/expected.ts'
import { type Evaluate, forms } from './forms.ts'
import { nodeOf } from './node.ts'

/** Expressions within expressions; a chain of && or || counts as one. */
const depthMax = 500

type Chain = '&&' | '||'

const isChain = (name: string): name is Chain => name === '&&' || name === '||'

function formOf(json: unknown): readonly [name: string, inside: unknown] {
  const [form, more] = Object.entries(nodeOf(json))
  if (form === undefined || more !== undefined) throw new Uncertainty('an expression has one form')
  return form
}

/** `a && b && c` is nested to the left: its operands from left to right. */
function operandsOf(json: unknown, chain: Chain): readonly unknown[] {
  const operands: unknown[] = []
  let rest = json
  for (let [name, inside] = formOf(rest); name === chain; [name, inside] = formOf(rest)) {
    const { left, right } = nodeOf(inside)
    operands.push(right)
    rest = left
  }
  return [...operands, rest].reverse()
}

/** From left to right until one decides, as && and || do. */
function chained(operands: readonly Evaluate[], chain: Chain): Evaluate {
  const deciding = chain === '||'
  return question => {
    for (const operand of operands) if (bool(operand(question)) === deciding) return deciding
    return !deciding
  }
}

function compile(json: unknown, depth: number): Evaluate {
  if (depth > depthMax) throw new Uncertainty(`expressions are nested more than ${depthMax} deep`)
  const inner = (inside: unknown) => compile(inside, depth + 1)
  const [name, inside] = formOf(json)
  if (isChain(name)) return chained(operandsOf(json, name).map(inner), name)
  const form = forms.get(name)
  if (form === undefined) throw new Uncertainty(`there is no expression ${JSON.stringify(name)}`)
  return form(inside, inner)
}

/** An expression of Cedar's JSON form as a function. Throws Uncertainty for a form that it doesn't know, or that is nested too deep. */
export const compileExpression = (json: unknown): Evaluate => compile(json, 0)
