/** Why a text is no XML that is read here. The message is for who sent it. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new XmlError('is not UTF-8')
  }
}

const declaration = /\ufeff?(?:<\?xml\s[^?]*\?>)?/y
const encoding = /\sencoding\s*=\s*["']([^"']*)["']/

const space = /\s*/y

/** What may stand before the first element (XML 1.0 section 2.8), but for a document type: comments and instructions. */
const passages = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const

function afterSpace(text: string, from: number): number {
  space.lastIndex = from
  space.test(text)
  return space.lastIndex
}

/** Where such passages and the white space around them end; where the text does if one of them has no end. */
function afterPassages(text: string, from: number): number {
  for (let at = afterSpace(text, from); ; ) {
    const passage = passages.find(([begin]) => text.startsWith(begin, at))
    if (passage === undefined) return at
    const [begin, end] = passage
    const stop = text.indexOf(end, at + begin.length)
    if (stop < 0) return text.length
    at = afterSpace(text, stop + end.length)
  }
}

/**
 * Refuses what must not reach a parser: other encodings than UTF-8, and document types, which bring entities with them. More than so many
 * elements would fill the memory. Throws XmlError.
 */
export function requirePlain(bytes: Uint8Array, elements: number): void {
  const text = textOf(bytes)
  declaration.lastIndex = 0
  const [head = ''] = declaration.exec(text) ?? []
  const [, named = 'utf-8'] = encoding.exec(head) ?? []
  if (!/^utf-?8$/i.test(named)) throw new XmlError('says that it is not UTF-8')
  const start = afterPassages(text, head.length)
  if (/^<!/.test(text.slice(start, start + 2))) throw new XmlError('has a document type, which is not read here')
  let count = 0
  for (let at = text.indexOf('<', start); at >= 0; at = text.indexOf('<', at + 1)) {
    if (text[at + 1] !== '/' && ++count > elements) throw new XmlError(`has more than ${elements} elements`)
  }
}
