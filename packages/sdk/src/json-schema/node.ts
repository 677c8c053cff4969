/** A part of a JSON Schema (2020-12) that is an object. */
export type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A part that may be `true` or `false`: anything, or nothing. */
export const nodeIn = (value: unknown): Node | undefined => (value === true ? {} : isNode(value) ? value : undefined)

/** The parts of a list; none where there is no list. */
export const nodesIn = (value: unknown): readonly Node[] =>
  Array.isArray(value) ? value.map(nodeIn).filter(node => node !== undefined) : []

/** The member of that name, and nothing that every object has. */
const memberOf = (value: unknown, name: string): unknown =>
  isNode(value) && Object.hasOwn(value, name) ? value[name] : undefined

const unescaped = (token: string) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')

/** What a reference leads to, which stays within its document (RFC 6901 section 6). Throws TypeError where that is nothing. */
export function referred(reference: unknown, root: Node): Node {
  const [start, ...tokens] = String(reference).split('/')
  const found = tokens.map(unescaped).reduce<unknown>(memberOf, start === '#' ? root : undefined)
  const node = nodeIn(found)
  if (node === undefined) throw new TypeError(`its JSON Schema refers to ${reference}, which isn't there`)
  return node
}

/** References that lead on to references; more of them go round in a circle. */
const stepsMax = 32

/** A part with what its reference leads to, and so on. */
export function referredTo(node: Node, root: Node): readonly Node[] {
  const nodes = [node]
  for (let next = node; next.$ref !== undefined; ) {
    if (nodes.length > stepsMax) throw new TypeError('its JSON Schema refers to itself')
    next = referred(next.$ref, root)
    nodes.push(next)
  }
  return nodes
}

/** A member of a value, be it its own or of its class; never what every object has. */
export const valueAt = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) || !(name in Object.prototype) ? Reflect.get(value, name) : undefined

/** Objects may say what they are in JSON: dates do. */
export function inJson(value: unknown): unknown {
  const { toJSON } = Object(value)
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value
}

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

/** The types that a part names; none where it names none. */
export function typesIn({ type, enum: values, const: value }: Node): readonly string[] {
  const named = [type ?? []].flat().map(String)
  if (named.length > 0) return named
  if (Array.isArray(values)) return values.map(typeOf)
  return value === undefined ? [] : [typeOf(value)]
}
