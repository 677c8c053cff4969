import { isList, isNode, type Node } from '../compile/node.ts'
import { cedarValue } from '../values/value-json.ts'
import { valueText } from '../values/value-text.ts'

const infix: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in', '&&', '||'])
const methods: ReadonlySet<string> = new Set(['contains', 'containsAll', 'containsAny', 'getTag', 'hasTag'])
const makers: ReadonlySet<string> = new Set(['ip', 'decimal', 'datetime', 'duration'])
const isName = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
const quoted = (name: unknown) => JSON.stringify(name)
const memberName = (name: unknown) => (typeof name === 'string' && isName(name) ? name : quoted(name))

const patternText = (pattern: unknown) =>
  isList(pattern)
    ? quoted(pattern.map(part => (isNode(part) ? String(part.Literal).replaceAll('*', '\\*') : '*')).join(''))
    : quoted(pattern)

type Tell = (inside: Node) => string

/** An operand, in brackets where something binds less than what is around it. */
function operand(json: unknown): string {
  const [name = ''] = isNode(json) ? Object.keys(json) : []
  const loose = infix.has(name) || ['has', 'like', 'is', 'if-then-else'].includes(name)
  return loose ? `(${expressionText(json)})` : expressionText(json)
}

const tells: ReadonlyMap<string, Tell> = new Map<string, Tell>([
  [
    '.',
    ({ left, attr }) =>
      `${operand(left)}${typeof attr === 'string' && isName(attr) ? `.${attr}` : `[${quoted(attr)}]`}`,
  ],
  ['has', ({ left, attr }) => `${operand(left)} has ${(isList(attr) ? attr : [attr]).map(memberName).join('.')}`],
  ['like', ({ left, pattern }) => `${operand(left)} like ${patternText(pattern)}`],
  [
    'is',
    ({ left, entity_type: type, in: range }) =>
      `${operand(left)} is ${String(type)}${range === undefined ? '' : ` in ${operand(range)}`}`,
  ],
  [
    'if-then-else',
    node => `if ${expressionText(node.if)} then ${expressionText(node.then)} else ${expressionText(node.else)}`,
  ],
  [
    'Record',
    members =>
      `{${Object.entries(members)
        .map(([name, value]) => `${memberName(name)}: ${expressionText(value)}`)
        .join(', ')}}`,
  ],
  ['!', ({ arg }) => `!${operand(arg)}`],
  ['neg', ({ arg }) => `-${operand(arg)}`],
  ['isEmpty', ({ arg }) => `${operand(arg)}.isEmpty()`],
])

/** `a && b && c` needs no brackets. */
function infixText(name: string, { left, right }: Node): string {
  const chained = (name === '&&' || name === '||') && isNode(left) && Object.hasOwn(left, name)
  return `${chained ? expressionText(left) : operand(left)} ${name} ${operand(right)}`
}

function functionText(name: string, given: readonly unknown[]): string {
  if (makers.has(name)) return `${name}(${given.map(expressionText).join(', ')})`
  const [first, ...others] = given
  return `${operand(first)}.${name}(${others.map(expressionText).join(', ')})`
}

/** An expression of Cedar's JSON form as policies write it. */
export function expressionText(json: unknown): string {
  const [form] = isNode(json) ? Object.entries(json) : []
  if (form === undefined) return quoted(json)
  const [name, inside] = form
  if (name === 'Var') return String(inside)
  if (name === 'Value') return valueText(cedarValue(inside))
  if (isList(inside)) return name === 'Set' ? `[${inside.map(expressionText).join(', ')}]` : functionText(name, inside)
  if (!isNode(inside)) return quoted(json)
  if (infix.has(name)) return infixText(name, inside)
  if (methods.has(name)) return functionText(name, [inside.left, inside.right])
  return tells.get(name)?.(inside) ?? quoted(json)
}
