import type { XmlXPath } from 'libxml2-wasm'
import type { LibXml } from '../../xml/libxml.ts'
import { XmlError } from '../../xml/prolog.ts'
import type { Found, ReadXml } from '../../xml/read-xml.ts'
import type { Namespaces } from '../../xml/xpath.ts'
import type { ReadSide } from './relation.ts'
import { isXmlSide } from './xml-mistakes.ts'

/** What an XPath leads to in an answer. */
export type XmlFinder = (answer: XmlAnswer) => readonly Found[]

/** Values that a side of a relation may have: they are compared for each match. */
const valuesMax = 1000

/** An answer whose relations are read once a record. */
export class XmlAnswer {
  readonly read: ReadXml
  readonly #texts = new Map<XmlXPath, Map<number | undefined, readonly string[]>>()

  constructor(read: ReadXml) {
    this.read = read
  }

  /** The texts that an XPath leads to: from an element, or from the root where there is none. Throws XmlError where they are many. */
  textsAt(expression: XmlXPath, element: number | undefined): readonly string[] {
    const known = this.#texts.get(expression) ?? new Map<number | undefined, readonly string[]>()
    this.#texts.set(expression, known)
    const texts = known.get(element) ?? this.#read(expression, element)
    known.set(element, texts)
    return texts
  }

  /** The nearest element around a found node that is one of `records`; the nearest of all where there are none. */
  recordOf({ node, attribute }: Found, records: ReadonlySet<number> | undefined): number | undefined {
    const { nodes } = this.read.placed
    let around = attribute === undefined ? nodes[node]?.parent : node
    while (around !== undefined && records?.has(around) === false) around = nodes[around]?.parent
    return around
  }

  #read(expression: XmlXPath, element: number | undefined): readonly string[] {
    const from = element === undefined ? this.read.document : this.read.elementAt(element)
    const found = from.find(expression)
    if (found.length > valuesMax) throw new XmlError(`has more than ${valuesMax} values for one comparison`)
    return found.map(({ content }) => content)
  }
}

/** A found node's record, within its answer. */
export interface XmlMatch {
  readonly answer: XmlAnswer
  /** Undefined where no record is around it. */
  readonly record: number | undefined
}

export function xmlFinder(lib: LibXml, text: string, namespaces: Namespaces): XmlFinder {
  const expression = lib.XmlXPath.compile(text, namespaces)
  return ({ read }) => read.find(expression)
}

/** Reads `./doctor` or `/ward/head`, which were checked. */
export const xmlSide =
  (lib: LibXml, namespaces: Namespaces): ReadSide<XmlMatch> =>
  text => {
    if (!isXmlSide(text)) return undefined
    const expression = lib.XmlXPath.compile(text, namespaces)
    if (text.startsWith('/')) return ({ answer }) => answer.textsAt(expression, undefined)
    return ({ answer, record }) => (record === undefined ? [] : answer.textsAt(expression, record))
  }
