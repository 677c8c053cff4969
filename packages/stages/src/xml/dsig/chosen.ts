import type { XmlXPath } from 'libxml2-wasm'
import { BadSignature } from '../../signatures/dictionary.ts'
import type { LibXml } from '../libxml.ts'
import type { ReadXml } from '../read-xml.ts'
import type { Namespaces } from '../xpath.ts'
import { dsig } from './algorithms.ts'

/** For each element that is signed the whole document is walked through: so many steps are taken. */
const stepsMax = 1_000_000

/** Finds, by their numbers, the elements that one of the expressions leads to. Throws BadSignature where they can't be signed. */
export type Choose = (read: ReadXml) => readonly number[]

/** Comments are not covered by a signature, and readers disagree about a text that one, or the edge of a section, cuts in two. */
function requireUncut({ placed: { nodes } }: ReadXml, chosen: readonly number[]): void {
  let end = 0
  const starts = new Set(chosen)
  for (const [i, { kind, from, to }] of nodes.entries()) {
    if (starts.has(i)) end = Math.max(end, to)
    if (from < end && (kind === 'comment' || kind === 'data'))
      throw new BadSignature(`a ${kind === 'comment' ? 'comment' : 'CDATA section'} stands in what is signed`)
  }
}

/** Throws BadSignature where a signature of these elements would not be of all that is read in them, or would take long. */
export function requireSignable(read: ReadXml, chosen: readonly number[]): void {
  if (chosen.length === 0) throw new BadSignature('there is nothing of what has to be signed')
  if (chosen.length * read.placed.nodes.length > stepsMax) throw new BadSignature('too much has to be signed')
  requireUncut(read, chosen)
}

/** Reads XPaths, which were checked. */
export function chooser(lib: LibXml, xpaths: readonly string[], namespaces: Namespaces): Choose {
  const expressions = xpaths.map(text => lib.XmlXPath.compile(text, namespaces))
  return read => {
    const chosen = [...new Set(expressions.flatMap(expression => read.find(expression).map(({ node }) => node)))]
    requireSignable(read, chosen)
    return chosen.sort((one, other) => one - other)
  }
}

/** What is looked for in every document that is signed. */
export interface Landmarks {
  readonly signatures: XmlXPath
  readonly ids: XmlXPath
}

/** Attributes that others take for ids, whatever their namespace: `Id`, `ID`, `id`, `xml:id`, `wsu:Id`. */
const idNames = ['Id', 'ID', 'id'].map(name => `local-name() = "${name}"`).join(' or ')

export const landmarksOf = ({ XmlXPath }: LibXml): Landmarks => ({
  signatures: XmlXPath.compile('//d:Signature', { d: dsig }),
  ids: XmlXPath.compile(`//@*[${idNames}]`),
})

/** Which elements have an id, by the id. */
export function elementsById(read: ReadXml, { ids }: Landmarks): ReadonlyMap<string, readonly number[]> {
  const byId = new Map<string, number[]>()
  for (const { node, content } of read.find(ids)) {
    const others = byId.get(content)
    if (others === undefined) byId.set(content, [node])
    else if (others.at(-1) !== node) others.push(node)
  }
  return byId
}

/** The form of an id that a reference can name (`#id`): an NCName. */
export const idForm = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u
