/** Words in names whose values are never logged, unless the configuration says others. */
export const usuallyRedacted: readonly string[] = ['password', 'passwd', 'token', 'secret', 'api_key', 'credit_card']

/** Field names whose values are whole credentials: always, and to the end of their line. */
const credentialFields: readonly string[] = ['authorization', 'cookie', 'credential']

const mask = '[secret]'

/** Objects within each other that are looked through; what lies deeper isn't shown. */
const deepest = 32

/** Takes what is named like a secret out of what is to be remembered. */
export interface LogRedaction {
  /** Prose that may hold JSON, query strings, header fields and addresses, which lose their users and passwords. */
  text(text: string): string
  /** Plain objects and arrays, however deep, and the addresses in their texts; anything else stays what it is. */
  value(value: unknown): unknown
}

/** The name as all its spellings have it: `creditCard`, `credit-card` and `CREDIT_CARD` are one. */
const plainName = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** A name that was escaped for JSON or for a URL; as it is where that can't be undone. */
function unescaped(written: string): string {
  const text = written.replace(/\\u([\da-fA-F]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** All that may be a name, and where a value of that name begins there, the sign between. No letter is looked at in two of them. */
const named = /([\p{L}\p{N}_.%\\[\]-]+)(?:["']?\s{0,8}([:=])\s{0,8})?/gu

/** What is a credential whatever it is called: tokens in compact form (RFC 7515 section 7.1), and what follows a scheme. */
const bare =
  /(?<![\w-])(?=[\w-]+\.[\w-]*\.)[\w-]*?eyJ[\w-]{8,}(?:\.[\w-]*){2,4}|\b(?:Bearer|Basic|DPoP)\s{1,8}[\w.~+/=-]{16,}/g

/**
 * Who is named in an address, with the password (RFC 3986 section 3.2.1): up to its last `@`. Where what stands before a slash is no
 * host and port, the slash is taken for a part of a password that wasn't escaped.
 */
const userinfo = /(:(?:\\?\/){2})(?:[^\s"'<>`/?#:@]{0,256}:(?!\d{0,5}[/?#])[^\s"'<>`]{0,512}|[^\s"'<>`/?#]*)@/g

/** The same where the address is escaped, as in a query. */
const escapedUserinfo = /(%3a(?:%2f){2})(?:[^\s"'<>`/?#&=%]|%(?!2f|3f|23|40))*%40/gi

const withoutUserinfo = (text: string) => text.replace(userinfo, `$1${mask}@`).replace(escapedUserinfo, `$1${mask}%40`)

const ends = { '=': /[\s,;&"'()<>\]}]/g, ':': /[\r\n,;&"'<>\]}]/g, line: /[\r\n]/g } as const

/** Where a value ends that begins here: behind its last sign. */
function endOf(text: string, from: number, end: RegExp): number {
  const quote = /\\?["']/y
  quote.lastIndex = from
  const [open] = quote.exec(text) ?? []
  if (open !== undefined) {
    const close = open.length === 1 ? closingQuote(text, from + 1, open) : text.indexOf(open, from + open.length)
    return close < 0 ? text.length : close + open.length
  }
  if (text[from] === '{' || text[from] === '[') return closingBracket(text, from)
  end.lastIndex = from
  return end.exec(text)?.index ?? text.length
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return i
  }
  return -1
}

/** Where texts within are escaped once more, as in JSON within JSON, all that follows is taken for the value. */
function closingBracket(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const sign = text[i]
    if (sign === '\\') return text.length
    if (sign === '"' || sign === "'") {
      i = closingQuote(text, i + 1, sign)
      if (i < 0) return text.length
    } else if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return i + 1
  }
  return text.length
}

/** Whether a text may hold anything of it: most hold nothing, which is told by one look. Any escape may hide a name. */
function gateFor(words: readonly string[]): RegExp {
  const spelled = words.map(word => [...word].join('[^\\p{L}\\p{N}]*'))
  return new RegExp(['[%\\\\]', 'eyJ', 'bearer', 'basic', 'dpop', ...spelled].join('|'), 'iu')
}

const isPlain = (value: object) => {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Hides the values of names that hold one of these words, however these are written. */
export function logRedaction(words: readonly string[]): LogRedaction {
  const credentials = credentialFields.map(plainName)
  const all = [...words.map(plainName).filter(word => word !== ''), ...credentials]
  const gate = gateFor(all)
  const holds = (name: string, of: readonly string[]) => {
    const plain = plainName(unescaped(name))
    return of.some(word => plain.includes(word))
  }
  const value = (seen: unknown, depth: number): unknown => {
    if (typeof seen === 'string') return withoutUserinfo(seen)
    if (typeof seen !== 'object' || seen === null) return seen
    if (!Array.isArray(seen) && !isPlain(seen)) return seen
    if (depth > deepest) return mask
    if (Array.isArray(seen)) return seen.map(item => value(item, depth + 1))
    const members = Object.entries(seen).map(([name, below]) => [
      name,
      holds(name, all) ? mask : value(below, depth + 1),
    ])
    return Object.fromEntries(members)
  }
  return {
    value: seen => value(seen, 0),
    text(given) {
      const text = withoutUserinfo(given)
      if (!gate.test(text)) return text
      let left = ''
      let at = 0
      named.lastIndex = 0
      for (let found = named.exec(text); found !== null; found = named.exec(text)) {
        const [, name = '', sign] = found
        if (sign === undefined || !holds(name, all)) continue
        const from = named.lastIndex
        const end = holds(name, credentials) ? ends.line : sign === '=' ? ends['='] : ends[':']
        left += text.slice(at, from) + mask
        at = endOf(text, from, end)
        named.lastIndex = at
      }
      return (left + text.slice(at)).replace(bare, mask)
    },
  }
}
