import { formDecoded, Misread, only, type Pieces } from './pieces.ts'
import type { Shape } from './shape.ts'
import type { Written } from './typed.ts'

/** How several values stand in one text (OpenAPI 3.1 section 4.8.12.2). */
export interface Style {
  readonly style: string
  readonly explode: boolean
}

type Decode = (raw: string) => string
const asItIs: Decode = text => text

function paired(parts: readonly string[], decode: Decode): Written {
  if (parts.length % 2 === 1) throw new Misread('holds a name without a value')
  const pairs = new Map<string, string>()
  for (let i = 0; i < parts.length; i += 2) pairs.set(decode(parts[i] ?? ''), decode(parts[i + 1] ?? ''))
  if (pairs.size * 2 < parts.length) throw new Misread('holds a member twice')
  return pairs
}

/** What one text may stand for, its parts between delimiters. */
function split(text: string, delimiter: RegExp | string, shape: Shape, decode: Decode): Written[] {
  const parts = () => (text === '' ? [] : text.split(delimiter))
  const { types } = shape
  return [
    ...(types.has('array') ? [parts().map(decode)] : []),
    ...(types.has('object') ? [paired(parts(), decode)] : []),
    ...(types.size > Number(types.has('array')) + Number(types.has('object')) || types.size === 0
      ? [decode(text)]
      : []),
  ]
}

const delimiters: ReadonlyMap<string, RegExp> = new Map([
  ['form', /,/],
  ['spaceDelimited', /\+|%20/],
  ['pipeDelimited', /\||%7C/i],
])

function singles(values: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  return new Map([...values].map(([name, raw]) => [name, formDecoded(only(raw) ?? '')]))
}

/** An object whose members stand beside each other under their own names. */
function beside(pieces: Pieces, shape: Shape): Written[] {
  const given = [...shape.properties.keys()].map(name => [name, pieces.take(name)] as const)
  const found = new Map(given.filter(([, values]) => values.length > 0))
  return found.size === 0 ? [] : [singles(found)]
}

/** What stands in a query or form for a parameter, in each way that its schema lets it be read; nothing where it isn't there. */
export function inPieces(pieces: Pieces, name: string, { style, explode }: Style, shape: Shape): Written[] {
  if (style === 'deepObject') {
    const members = pieces.takeBelow(name)
    return members.size === 0 ? [] : [singles(members)]
  }
  if (explode && shape.types.has('object')) return beside(pieces, shape)
  const values = pieces.take(name)
  if (values.length === 0) return []
  const several = explode && shape.types.has('array')
  if (several && values.length > 1) return [values.map(formDecoded)]
  const value = only(values) ?? ''
  if (several) return [[formDecoded(value)], ...(shape.types.size > 1 ? [formDecoded(value)] : [])]
  return split(value, delimiters.get(style) ?? /,/, shape, formDecoded)
}

/** What a path segment or header field stands for (style `simple`), its coding undone already. */
export function inText(text: string, { explode }: Style, shape: Shape): Written[] {
  if (!explode || !shape.types.has('object')) return split(text, /[ \t]*,[ \t]*/, shape, asItIs)
  const members = text.split(',').map(member => member.trim().split('='))
  if (members.some(({ length }) => length !== 2)) throw new Misread('holds a member without a value')
  return [paired(members.flat(), asItIs)]
}
