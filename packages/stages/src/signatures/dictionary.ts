import { type Dictionary, isInnerList, parseDictionary } from 'structured-headers'

/** A field that can't be relied upon, or a signature that isn't good. The message is for the log. */
export class BadSignature extends Error {
  override readonly name = 'BadSignature'
}

const strings = /"(?:[^"\\]|\\.)*"/g
const innerLists = /\([^()]*\)/g

/** How many members the text of a dictionary has, one that comes again too. */
const written = (text: string) => text.replace(strings, '').replace(innerLists, '').split(',').length

/**
 * The dictionary that the lines of a field make up (RFC 9651 section 3.2). A key that stands twice is refused, though the last one would
 * count: whoever forwards it may take the first. Throws BadSignature.
 */
export function dictionaryOf(name: string, lines: readonly string[]): Dictionary {
  const text = lines.join(', ')
  let read: Dictionary
  try {
    read = parseDictionary(text)
  } catch {
    throw new BadSignature(`${name} is no dictionary of RFC 9651`)
  }
  if (read.size > 0 && read.size !== written(text)) throw new BadSignature(`${name} has a key twice`)
  return read
}

/** The bytes of a member; undefined where it is missing or is something else. */
export function bytesAt(dictionary: Dictionary, key: string): Buffer | undefined {
  const member = dictionary.get(key)
  if (member === undefined || isInnerList(member)) return undefined
  const [value] = member
  return value instanceof ArrayBuffer ? Buffer.from(value) : undefined
}
