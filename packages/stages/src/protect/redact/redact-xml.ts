import type { View } from '@sallyport/core'
import { type Edit, edited } from '../../edits.ts'
import { escapedXml } from '../../xml/escaped.ts'
import type { LibXml } from '../../xml/libxml.ts'
import type { PlacedNode, PlacedXml } from '../../xml/placed-xml.ts'
import { XmlError } from '../../xml/prolog.ts'
import { type Found, type ReadXml, withXml } from '../../xml/read-xml.ts'
import type { Action } from './actions.ts'
import type { XmlRule } from './rules.ts'
import { XmlAnswer } from './xml-rules.ts'

/** What is done to a node or an attribute. */
interface Decided extends Found {
  readonly action: Action
}

function* matchesOf({ find, records, scope, action }: XmlRule, answer: XmlAnswer, view: View) {
  const within = records && new Set(records(answer).map(({ node }) => node))
  for (const found of find(answer)) {
    const related = scope.relations.length > 0
    const match = related ? { answer, record: answer.recordOf(found, within) } : undefined
    if (scope.holds(view, match)) yield { ...found, action }
  }
}

function decide(answer: XmlAnswer, rules: readonly XmlRule[], view: View): readonly Decided[] {
  const decided = new Map<string, Decided>()
  for (const rule of rules) {
    for (const one of matchesOf(rule, answer, view)) {
      const place = JSON.stringify([one.node, one.attribute])
      const before = decided.get(place)
      if (before === undefined || one.action.rank < before.action.rank) decided.set(place, one)
    }
  }
  return [...decided.values()]
}

function attributeEdit(placed: PlacedXml, node: PlacedNode, { attribute, content, action }: Decided): Edit {
  const place = placed.attributesOf(node).get(attribute ?? '')
  if (place === undefined) throw new XmlError('has an attribute that stands nowhere')
  const text = action.change(content)
  return text === undefined
    ? { from: place.from, to: place.to, text: '' }
    : { from: place.valueFrom, to: place.valueTo, text: escapedXml(text) }
}

/** Of an element that holds others nothing is left but by `replace`. */
function elementEdit(node: PlacedNode, { content, action }: Decided): Edit {
  const { from, to, openEnd, closeFrom, hasElements, name, parent } = node
  const text = hasElements && !action.replaces ? undefined : action.change(content)
  if (text === undefined) {
    if (parent === undefined) throw new XmlError('would lose its root, and be no document any more')
    return { from, to, text: '' }
  }
  const isOneTag = openEnd === to
  if (!isOneTag) return { from: openEnd, to: closeFrom, text: escapedXml(text) }
  return { from: to - 2, to, text: `>${escapedXml(text)}</${name}>` }
}

function editOf(placed: PlacedXml, decided: Decided): Edit {
  const node = placed.nodes[decided.node]
  if (node === undefined) throw new RangeError('a node that stands nowhere')
  if (decided.attribute !== undefined) return attributeEdit(placed, node, decided)
  if (node.kind === 'element') return elementEdit(node, decided)
  const text = decided.action.change(decided.content)
  return { from: node.from, to: node.to, text: escapedXml(text ?? '') }
}

/** No rule can tell what they hold. */
const unjudged = ({ placed }: ReadXml): readonly Edit[] =>
  placed.nodes
    .filter(({ kind }) => kind === 'comment' || kind === 'instruction')
    .map(({ from, to }) => ({ from, to, text: '' }))

/** What rules about XML are applied with. */
export interface XmlReading {
  readonly lib: LibXml
  readonly elements: number
  /** The namespaces that answers may use: what is in another, no rule names. */
  readonly namespaces: ReadonlySet<string>
}

function requireDeclared({ placed }: ReadXml, declared: ReadonlySet<string>): void {
  for (const node of placed.nodes) {
    if (node.kind !== 'element' || !placed.text.slice(node.from, node.openEnd).includes('xmlns')) continue
    for (const [name, { valueFrom, valueTo }] of placed.attributesOf(node)) {
      const namespace = placed.text.slice(valueFrom, valueTo)
      if (/^xmlns(?::|$)/.test(name) && namespace !== '' && !declared.has(namespace))
        throw new XmlError(`uses the namespace ${namespace.slice(0, 100)}, which namespaces doesn't declare`)
    }
  }
}

/**
 * An XML document as a caller may see it: what isn't redacted keeps its bytes, comments and processing instructions go. Throws XmlError
 * where it can't be read.
 */
export function redactXml(
  bytes: Uint8Array,
  rules: readonly XmlRule[],
  view: View,
  { lib, elements, namespaces }: XmlReading,
): Uint8Array {
  return withXml(lib, bytes, elements, read => {
    requireDeclared(read, namespaces)
    const decided = decide(new XmlAnswer(read), rules, view)
    const edits = decided.map(one => editOf(read.placed, one))
    return Buffer.from(edited(read.placed.text, [...unjudged(read), ...edits]))
  })
}
