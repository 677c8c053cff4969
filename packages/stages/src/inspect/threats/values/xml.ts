import { textAt, type Value } from './value.ts'

const ends = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

const attribute = /([\w:.-]{1,100})\s{0,100}=\s{0,100}(?:"([^"]*)"|'([^']*)')/g

function* valuesOfTag(tag: string): Generator<Value> {
  for (const [, name = '', double, single] of tag.matchAll(attribute))
    yield textAt(`xml:@${name}`, double ?? single ?? '')
}

/** Where a tag ends: behind its attributes' quotes. */
function endOfTag(text: string, from: number): number {
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const character = text.charAt(i)
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return i + 1
  }
  return text.length
}

/**
 * The texts, attributes and comments of an XML document, and what it declares. It is looked at as text, not parsed: that it is
 * well-formed is another guard's to say, and nothing in it stays unread for that it isn't.
 */
export function* valuesOfXml(text: string): Generator<Value> {
  let at = 0
  while (at < text.length) {
    const tag = text.indexOf('<', at)
    const end = tag < 0 ? text.length : tag
    const between = text.slice(at, end)
    if (between.trim() !== '') yield textAt('xml', between)
    if (tag < 0) return
    const special = ends.find(([begin]) => text.startsWith(begin, tag))
    if (special !== undefined) {
      const [begin, close] = special
      const closing = text.indexOf(close, tag + begin.length)
      at = closing < 0 ? text.length : closing + close.length
      if (begin !== '<?') yield textAt('xml', text.slice(tag + begin.length, closing < 0 ? text.length : closing))
    } else if (text.startsWith('<!', tag)) {
      // A document type holds declarations, with marks of their own: it is read as a whole.
      const rest = text.indexOf(']>', tag)
      at = rest < 0 ? endOfTag(text, tag) : rest + 2
      yield textAt('xml', text.slice(tag, at))
    } else {
      at = endOfTag(text, tag)
      yield* valuesOfTag(text.slice(tag, at))
    }
  }
}
