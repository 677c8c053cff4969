import { type TextShape, typed } from '@sallyport/stages'
import type { Faults } from '../schema.ts'
import { type Node, nodeIn, nodesIn, referredTo, typesIn } from './node.ts'

/** Texts by name: one, or a list where a name stands several times. */
export type Texts = Readonly<Record<string, string | readonly string[]>>

/** What texts come to, and which of them can't be what their schema says. */
export interface ReadTexts {
  readonly values: Readonly<Record<string, unknown>>
  readonly faults: Faults
}

/** A part with all that adds to it, alternatives too. */
const allIn = (node: Node, root: Node): readonly Node[] =>
  referredTo(node, root).flatMap(part => [
    part,
    ...[part.allOf, part.anyOf, part.oneOf].flatMap(nodesIn).flatMap(each => allIn(each, root)),
  ])

/** How texts are read that stand for values of a schema. A list of lists has no form as texts. */
function shapeOf(node: Node, root: Node, isItem = false): TextShape {
  const parts = allIn(node, root)
  const items = isItem ? undefined : parts.map(part => nodeIn(part.items)).find(node => node !== undefined)
  return {
    types: new Set(parts.flatMap(typesIn)),
    items: items && shapeOf(items, root, true),
    properties: new Map(),
  }
}

/** Types of which not every text is, with what is told of one that isn't. */
const needs: ReadonlyMap<string, string> = new Map([
  ['boolean', 'true or false'],
  ['integer', 'an integer'],
  ['number', 'a number'],
  ['null', ''],
])

/** What is wrong with a value that stayed a text, though its schema allows none: schemas that convert by themselves take any text for true. */
function faultOf(value: unknown, { types }: TextShape): string | undefined {
  const wanted = [...types].map(type => needs.get(type))
  if (typeof value !== 'string' || wanted.length === 0 || wanted.includes(undefined)) return undefined
  return `needs ${wanted.filter(Boolean).join(' or ')}`
}

type Read = (text: string | readonly string[]) => { readonly value: unknown; readonly fault: string | undefined }

function reader(shape: TextShape): Read {
  const isList = shape.types.has('array') && !shape.types.has('string')
  const { items } = shape
  return text => {
    const value = typed(isList && typeof text === 'string' ? [text] : text, shape)
    if (!Array.isArray(value)) return { value, fault: faultOf(value, shape) }
    const faults = items === undefined ? [] : value.map(item => faultOf(item, items))
    return { value, fault: faults.find(fault => fault !== undefined) }
  }
}

/** Reads texts as what a schema of all of them says of each: a number, true or false where it is to be one, a list where it is to be a list. */
export function textsBy(root: Node): (texts: Texts) => ReadTexts {
  const members = referredTo(root, root).flatMap(({ properties = {} }) => Object.entries(Object(properties)))
  const readers = new Map(members.map(([name, of]) => [name, reader(shapeOf(nodeIn(of) ?? {}, root))]))
  return texts => {
    const read = Object.entries(texts).map(([name, text]) => {
      const { value, fault } = readers.get(name)?.(text) ?? { value: text, fault: undefined }
      return { name, value, fault }
    })
    return {
      values: Object.fromEntries(read.map(({ name, value }) => [name, value])),
      faults: Object.fromEntries(read.flatMap(({ name, fault }) => (fault === undefined ? [] : [[name, [fault]]]))),
    }
  }
}
