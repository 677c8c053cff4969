import { EvaluationError } from '../evaluation-error.ts'
import { extensionFunctions } from '../extensions/functions.ts'
import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import { bool, entity, text } from '../values/expected.ts'
import type { Value } from '../values/value.ts'
import { cedarValue } from '../values/value-json.ts'
import { ValueSet } from '../values/value-set.ts'
import { isLike } from './like.ts'
import { isList, listOf, nodeOf, textOf } from './node.ts'
import { attribute, binaryOperators, hasAttribute, unaryOperators, within } from './operators.ts'

/** An expression, compiled: gives its value on a question, or throws EvaluationError. */
export type Evaluate = (question: Question) => Value

/** Makes a form out of what stands in it; `inner` compiles the expressions within. */
export type Form = (json: unknown, inner: (json: unknown) => Evaluate) => Evaluate

const variables: ReadonlyMap<string, Evaluate> = new Map<string, Evaluate>([
  ['principal', ({ principal }) => principal],
  ['action', ({ action }) => action],
  ['resource', ({ resource }) => resource],
  ['context', ({ context }) => context],
])

/** What is the same on every question is worked out once. */
const constants = new WeakMap<Evaluate, Value>()

function constant(value: Value): Evaluate {
  const evaluate = () => value
  constants.set(evaluate, value)
  return evaluate
}

/** A value made of others alone: at once where they are constants, unless that is an error, which is one on every question. */
function madeOf(parts: readonly Evaluate[], make: (values: readonly Value[]) => Value): Evaluate {
  const known = parts.flatMap(part => constants.get(part) ?? [])
  if (known.length < parts.length) return question => make(parts.map(part => part(question)))
  try {
    return constant(make(known))
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return () => {
      throw error
    }
  }
}

const variable: Form = json => {
  const found = variables.get(textOf(json))
  if (found === undefined) throw new Uncertainty(`there is no variable ${String(json)}`)
  return found
}

const member: Form = (json, inner) => {
  const { left, attr } = nodeOf(json)
  const value = inner(left)
  const name = textOf(attr)
  return question => attribute(value(question), name, question)
}

const has: Form = (json, inner) => {
  const { left, attr } = nodeOf(json)
  const value = inner(left)
  const path = (isList(attr) ? attr : [attr]).map(textOf)
  const last = path.length - 1
  return question => {
    let at = value(question)
    for (const [i, name] of path.entries()) {
      if (!hasAttribute(at, name, question)) return false
      if (i < last) at = attribute(at, name, question)
    }
    return true
  }
}

const like: Form = (json, inner) => {
  const { left, pattern } = nodeOf(json)
  const value = inner(left)
  const parts = ['']
  for (const each of listOf(pattern)) {
    if (each === 'Wildcard') parts.push('')
    else parts.push(`${parts.pop()}${textOf(nodeOf(each).Literal)}`)
  }
  return question => isLike(text(value(question)), parts)
}

const is: Form = (json, inner) => {
  const { left, entity_type, in: range } = nodeOf(json)
  const value = inner(left)
  const type = textOf(entity_type)
  if (range === undefined) return question => entity(value(question)).type === type
  const inside = inner(range)
  return question => {
    const uid = entity(value(question))
    return uid.type === type && within(uid, inside(question), question)
  }
}

const choice: Form = (json, inner) => {
  const node = nodeOf(json)
  const [condition, first, second] = [inner(node.if), inner(node.then), inner(node.else)]
  return question => (bool(condition(question)) ? first(question) : second(question))
}

const setLiteral: Form = (json, inner) => madeOf(listOf(json).map(inner), values => new ValueSet(values))

const recordLiteral: Form = (json, inner) => {
  const members = Object.entries(nodeOf(json)).map(([name, value]) => [name, inner(value)] as const)
  return question => new Map(members.map(([name, value]) => [name, value(question)]))
}

const unary = (apply: (value: Value) => Value): Form => {
  return (json, inner) => {
    const value = inner(nodeOf(json).arg)
    return question => apply(value(question))
  }
}

const binary = (apply: (left: Value, right: Value, question: Question) => Value): Form => {
  return (json, inner) => {
    const node = nodeOf(json)
    const [left, right] = [inner(node.left), inner(node.right)]
    return question => apply(left(question), right(question), question)
  }
}

const extension =
  (name: string, takes: number, apply: (first: Value, second: Value) => Value): Form =>
  (json, inner) => {
    const given = listOf(json).map(inner)
    if (given.length !== takes) throw new Uncertainty(`${name} takes ${takes} arguments`)
    return madeOf(given, ([first = false, second = false]) => apply(first, second))
  }

/** What an expression may be, by the name of its form in Cedar's JSON. */
export const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['Value', json => constant(cedarValue(json))],
  ['Var', variable],
  ['.', member],
  ['has', has],
  ['like', like],
  ['is', is],
  ['if-then-else', choice],
  ['Set', setLiteral],
  ['Record', recordLiteral],
  ...[...unaryOperators].map(([name, apply]) => [name, unary(apply)] as const),
  ...[...binaryOperators].map(([name, apply]) => [name, binary(apply)] as const),
  ...[...extensionFunctions].map(([name, { takes, apply }]) => [name, extension(name, takes, apply)] as const),
])
