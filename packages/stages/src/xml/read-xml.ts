import type { XmlDocument, XmlElement, XmlNode, XmlXPath } from 'libxml2-wasm'
import type { LibXml } from './libxml.ts'
import { readDocument } from './parse.ts'
import { type PlacedNode, PlacedXml } from './placed-xml.ts'
import { XmlError } from './prolog.ts'

/** What an XPath found: a node by its number, or one of its attributes by the name that is written. */
export interface Found {
  readonly node: number
  readonly attribute: string | undefined
  /** Its text, and those of all that is in it. */
  readonly content: string
}

function kindOf(lib: LibXml, node: XmlNode): PlacedNode['kind'] {
  if (node instanceof lib.XmlElement) return 'element'
  if (node instanceof lib.XmlText) return 'text'
  if (node instanceof lib.XmlCData) return 'data'
  return node instanceof lib.XmlComment ? 'comment' : 'instruction'
}

/** A document that was read: what stands where in its text, and what XPaths lead to. */
export class ReadXml {
  readonly placed: PlacedXml
  readonly document: XmlDocument
  readonly #lib: LibXml
  readonly #nodes: readonly XmlNode[]

  /** Throws XmlError where the text and what the parser read of it don't go together. */
  constructor(lib: LibXml, document: XmlDocument, text: string) {
    this.#lib = lib
    this.document = document
    this.placed = new PlacedXml(text)
    this.#nodes = document.find('//node()')
    const { nodes } = this.placed
    const isAlike = this.#nodes.length === nodes.length && nodes.every(({ kind }, i) => this.#isA(kind, i))
    if (!isAlike) throw new XmlError('has something that stands nowhere')
  }

  /** Each node that an expression leads to, in the document's order. */
  find(expression: XmlXPath): readonly Found[] {
    let at = 0
    return this.document.find(expression).map(node => {
      const [around, attribute] = this.#standing(node)
      while (this.#nodes[at]?.isSameNode(around) === false) at += 1
      if (at >= this.#nodes.length) throw new RangeError('a node that was found stands nowhere')
      return { node: at, attribute, content: node.content }
    })
  }

  /** An element by its number. */
  elementAt(number: number): XmlElement {
    const node = this.#nodes[number]
    if (node instanceof this.#lib.XmlElement) return node
    throw new RangeError('there is no element of that number')
  }

  #isA(kind: PlacedNode['kind'], number: number): boolean {
    const node = this.#nodes[number]
    return node !== undefined && kindOf(this.#lib, node) === kind
  }

  #standing(node: XmlNode): readonly [XmlNode, string | undefined] {
    if (!(node instanceof this.#lib.XmlAttribute)) return [node, undefined]
    const { parent, prefix, name } = node
    if (parent === null) throw new RangeError('an attribute of no element')
    return [parent, prefix === '' ? name : `${prefix}:${name}`]
  }
}

/** A document that stays until it is disposed of. Throws XmlError where the bytes are no XML that is read here. */
export function openXml(lib: LibXml, bytes: Uint8Array, elements: number): ReadXml {
  const document = readDocument(lib, bytes, elements)
  try {
    return new ReadXml(lib, document, Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    document.dispose()
    throw error
  }
}

/** Calls `use` with a document, which is gone afterwards. Throws XmlError where the bytes are no XML that is read here. */
export function withXml<Value>(lib: LibXml, bytes: Uint8Array, elements: number, use: (read: ReadXml) => Value): Value {
  const read = openXml(lib, bytes, elements)
  try {
    return use(read)
  } finally {
    read.document.dispose()
  }
}
