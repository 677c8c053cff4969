import { hash } from 'node:crypto'
import type { XmlDocument, XmlNode } from 'libxml2-wasm'
import { BadSignature } from '../../signatures/dictionary.ts'
import type { LibXml } from '../libxml.ts'

/** What libxml2 can't canonicalize, such as relative namespaces, must not count as an empty text, whose digest everybody knows. */
function canonical(
  { XmlC14NMode, XmlError }: LibXml,
  document: XmlDocument,
  nodeSet: Set<XmlNode> | undefined,
): string {
  const pieces: Uint8Array[] = []
  const output = {
    write(bytes: Uint8Array) {
      pieces.push(Uint8Array.from(bytes))
      return bytes.length
    },
    close: () => true,
  }
  const mode = XmlC14NMode.XML_C14N_EXCLUSIVE_1_0
  try {
    document.canonicalize(output, nodeSet === undefined ? { mode } : { mode, nodeSet })
  } catch (error) {
    if (error instanceof XmlError) throw new BadSignature('it has no canonical form')
    throw error
  }
  const text = Buffer.concat(pieces).toString()
  if (!text.includes('<')) throw new BadSignature('its canonical form is empty')
  return text
}

/** An element with all that is in it, comments aside, in the form of Exclusive XML Canonicalization 1.0. Throws BadSignature. */
export const canonicalElement = (lib: LibXml, element: XmlNode): string =>
  canonical(lib, element.doc, new Set([element]))

/** The whole document likewise. Throws BadSignature. */
export const canonicalDocument = (lib: LibXml, document: XmlDocument): string => canonical(lib, document, undefined)

export const digestOf = (text: string, algorithm: string): string => hash(algorithm, text, 'base64')
