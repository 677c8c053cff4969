import { XmlError } from './prolog.ts'

/** A node of a document, and where it stands in the text. Attributes are looked for where they are wanted. */
export interface PlacedNode {
  readonly kind: 'element' | 'text' | 'data' | 'comment' | 'instruction'
  readonly from: number
  to: number
  /** Of an element: its name as written. */
  readonly name: string
  /** Of an element: where its content begins and ends; both are `to` where it has one tag (`<a/>`). */
  readonly openEnd: number
  closeFrom: number
  /** The element around it. */
  readonly parent: number | undefined
  /** Of an element: whether elements are in it. */
  hasElements: boolean
}

/** An attribute: all of it, the white space before it too, and its value without the quotes. */
export interface PlacedAttribute {
  readonly from: number
  readonly to: number
  readonly valueFrom: number
  readonly valueTo: number
}

const depthMax = 64

const passages = [
  ['<!--', '-->', 'comment'],
  ['<![CDATA[', ']]>', 'data'],
  ['<?', '?>', 'instruction'],
] as const

const declaration = /^\ufeff?(?:<\?xml\s[^?]*\?>)?/
const tagName = /[^\s/>]+/y
const tagSign = /[>"']/g
const attribute = /\s+([^\s=]+)\s*=\s*(["'])/y

/** Where the tag ends that begins at `from`: values in quotes may hold its sign. */
function tagEnd(text: string, from: number): number {
  for (let at = from; ; ) {
    tagSign.lastIndex = at
    const found = tagSign.exec(text)
    if (found === null) throw new XmlError('has a tag without an end')
    const [sign] = found
    if (sign === '>') return found.index + 1
    at = text.indexOf(sign, found.index + 1) + 1
    if (at === 0) throw new XmlError('has a value without an end')
  }
}

/**
 * Where the nodes of a document stand in its text, in the document's order. The text is one that a parser found to be well-formed, without
 * a document type: so every `<` begins what it seems to begin. Throws XmlError where elements are nested deeper than 64.
 */
export class PlacedXml {
  readonly text: string
  readonly nodes: readonly PlacedNode[]
  readonly #attributes = new Map<PlacedNode, ReadonlyMap<string, PlacedAttribute>>()

  constructor(text: string) {
    this.text = text
    this.nodes = placed(text)
  }

  /** The nodes that stand in an element, those within them aside. */
  childrenOf(number: number): readonly number[] {
    const children: number[] = []
    const end = this.nodes[number]?.to ?? 0
    for (let i = number + 1; (this.nodes[i]?.from ?? end) < end; i++)
      if (this.nodes[i]?.parent === number) children.push(i)
    return children
  }

  /** Whether a node stands in another. */
  isWithin(inner: number, outer: number): boolean {
    const [node, around] = [this.nodes[inner], this.nodes[outer]]
    return node !== undefined && around !== undefined && node.from > around.from && node.to <= around.to
  }

  /** The attributes of an element by their names as written, declarations of namespaces too. */
  attributesOf(element: PlacedNode): ReadonlyMap<string, PlacedAttribute> {
    const attributes = this.#attributes.get(element) ?? attributesIn(this.text, element)
    this.#attributes.set(element, attributes)
    return attributes
  }
}

function attributesIn(text: string, { from, name }: PlacedNode): ReadonlyMap<string, PlacedAttribute> {
  const attributes = new Map<string, PlacedAttribute>()
  for (let at = from + 1 + name.length; ; ) {
    attribute.lastIndex = at
    const [whole, attributeName = '', quote = ''] = attribute.exec(text) ?? []
    if (whole === undefined) return attributes
    const valueFrom = at + whole.length
    const valueTo = text.indexOf(quote, valueFrom)
    attributes.set(attributeName, { from: at, to: valueTo + 1, valueFrom, valueTo })
    at = valueTo + 1
  }
}

function placed(text: string): PlacedNode[] {
  const nodes: PlacedNode[] = []
  const open: number[] = []
  const [head = ''] = declaration.exec(text) ?? []
  const add = (kind: PlacedNode['kind'], from: number, to: number, name = '') =>
    nodes.push({ kind, from, to, name, openEnd: to, closeFrom: to, parent: open.at(-1), hasElements: false })
  for (let at = head.length; at < text.length; ) {
    const sign = text.indexOf('<', at)
    const stop = sign < 0 ? text.length : sign
    if (stop > at && open.length > 0) add('text', at, stop)
    if (sign < 0) break
    const passage = passages.find(([begin]) => text.startsWith(begin, sign))
    if (passage !== undefined) {
      const [begin, end, kind] = passage
      at = text.indexOf(end, sign + begin.length) + end.length
      add(kind, sign, at)
      continue
    }
    at = tagEnd(text, sign + 1)
    if (text[sign + 1] === '/') {
      const element = nodes[open.pop() ?? -1]
      if (element === undefined) throw new XmlError('has an end without a beginning')
      element.closeFrom = sign
      element.to = at
      continue
    }
    tagName.lastIndex = sign + 1
    const [name = ''] = tagName.exec(text) ?? []
    const around = nodes[open.at(-1) ?? -1]
    if (around !== undefined) around.hasElements = true
    add('element', sign, at, name)
    if (text[at - 2] === '/') continue
    open.push(nodes.length - 1)
    if (open.length > depthMax) throw new XmlError(`is nested deeper than ${depthMax}`)
  }
  return nodes
}
