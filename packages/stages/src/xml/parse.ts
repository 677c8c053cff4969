import type { XmlDocument } from 'libxml2-wasm'
import type { LibXml } from './libxml.ts'
import { requirePlain, XmlError } from './prolog.ts'

/** A document that stays until it is disposed of. Throws XmlError where the bytes are no XML that is read here. */
export function readDocument(lib: LibXml, bytes: Uint8Array, elements: number): XmlDocument {
  requirePlain(bytes, elements)
  return parsed(lib, bytes)
}

/** Calls `use` with a document, which is gone afterwards. Throws XmlError where the bytes are no XML that is read here. */
export function withDocument<Value>(
  lib: LibXml,
  bytes: Uint8Array,
  elements: number,
  use: (document: XmlDocument) => Value,
): Value {
  const document = readDocument(lib, bytes, elements)
  try {
    return use(document)
  } finally {
    document.dispose()
  }
}

function parsed({ XmlDocument, ParseOption, XmlLibError, XmlError: LibError }: LibXml, bytes: Uint8Array): XmlDocument {
  const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_SYS_CATALOG
  try {
    return XmlDocument.fromBuffer(bytes, { option })
  } catch (error) {
    if (!(error instanceof LibError)) throw error
    const [first] = error instanceof XmlLibError ? error.details : []
    const place = first === undefined ? '' : `, line ${first.line}, column ${first.col}`
    throw new XmlError(`is not well-formed${place}`)
  }
}
