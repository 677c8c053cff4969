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

/** The node that an element of a Forwarded field names with `for`; empty where it names none or cannot be read. */
function nodeOf(element: string): string {
  let node = ''
  pair.lastIndex = 0
  while (pair.lastIndex < element.length) {
    const [, name, quoted, token] = pair.exec(element) ?? []
    if (name === undefined) {
      pair.lastIndex = 0
      return ''
    }
    if (name.toLowerCase() === 'for') node = quoted ?? token ?? ''
  }
  return node
}

/** The nodes that one Forwarded field line names (RFC 7239 section 4), the nearest proxy's last. */
export function forwardedFor(value: string): string[] {
  return elementsOf(value).map(nodeOf)
}
