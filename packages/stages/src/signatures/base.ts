import {
  type InnerList,
  type Item,
  type Parameters,
  parseItem,
  serializeInnerList,
  serializeItem,
} from 'structured-headers'
import { componentValue } from './components.ts'
import { BadSignature } from './dictionary.ts'
import type { Message } from './message.ts'

/** What tells a component from another, whatever the order of its parameters. */
function identityOf([name, parameters]: Item): string {
  const sorted: Parameters = new Map([...parameters].sort(([a], [b]) => (a < b ? -1 : 1)))
  return serializeItem([name, sorted])
}

/** What a signature covers, as texts: `"@method"`, `"@path";req`. */
export const coveredBy = ([components]: InnerList): readonly string[] => components.map(identityOf)

/** What is signed: every covered component in its line, then what is covered and how (RFC 9421 section 2.5). Throws BadSignature. */
export function signatureBase(input: InnerList, message: Message): Buffer {
  const [components] = input
  if (new Set(coveredBy(input)).size < components.length) throw new BadSignature('a component is covered twice')
  const lines = components.map(item => `${serializeItem(item)}: ${componentValue(item, message)}`)
  return Buffer.from([...lines, `"@signature-params": ${serializeInnerList(input)}`].join('\n'), 'latin1')
}

/** A component as it is written in settings, without its quotes: `@method`, `content-digest`, `@path;req`. Throws TypeError. */
export function componentOf(text: string): Item {
  const [, name = '', parameters = ''] = /^([^;]*)(.*)$/.exec(text) ?? []
  if (!/^@?[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
    throw new TypeError(`${text} is no component: write @method, content-type, @path;req`)
  try {
    return parseItem(`"${name}"${parameters}`)
  } catch {
    throw new TypeError(`${text} has parameters that can't be read (RFC 9421 section 2)`)
  }
}
