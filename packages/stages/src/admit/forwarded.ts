/** The elements of a list, split from the right: quotes that a client left open do not reach what proxies appended. */
function elementsOf(value: string): string[] {
  const elements: string[] = []
  let end = value.length
  let quoted = false
  for (let i = value.length - 1; i >= 0; i--) {
    const character = value[i]
    if (character === '"' && !isEscaped(value, i)) quoted = !quoted
    else if (character === ',' && !quoted) {
      elements.push(value.slice(i + 1, end))
      end = i
    }
  }
  elements.push(value.slice(0, end))
  return elements.reverse()
}

function isEscaped(value: string, at: number): boolean {
  let backslashes = 0
  while (value[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

const pair = /\s*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(?:;|$)/y

/** What an element of a Forwarded field says by a parameter; empty where it says nothing or cannot be read. */
function saidIn(element: string, parameter: string): string {
  let said = ''
  pair.lastIndex = 0
  while (pair.lastIndex < element.length) {
    const [, name, quoted, token] = pair.exec(element) ?? []
    if (name === undefined) {
      pair.lastIndex = 0
      return ''
    }
    if (name.toLowerCase() === parameter) said = quoted ?? token ?? ''
  }
  return said
}

/** What each element of one Forwarded field line says by a parameter such as `for` (RFC 7239 section 4), the nearest proxy's last. */
export function forwardedParameters(value: string, parameter: string): string[] {
  return elementsOf(value).map(element => saidIn(element, parameter))
}
