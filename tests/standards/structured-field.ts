/** A bare item of RFC 9651 section 3.3: as many kinds of it as our fields use. */
export type BareItem = number | string | boolean

export interface Item {
  readonly value: BareItem
  readonly parameters: ReadonlyMap<string, BareItem>
}

/** Section 4.2.4: an Integer has at most 15 digits, and no plus, point or leading blank. */
const integer = /^-?\d{1,15}(?![\d.])/
/** Section 4.2.5: printable ASCII, where only quote and backslash are escaped. */
const string = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/
const key = /^[a-z*][a-z0-9_.*-]*/

class Text {
  #rest: string

  constructor(text: string) {
    this.#rest = text
  }

  get ended(): boolean {
    return this.#rest === ''
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#rest) ?? undefined
    if (found !== undefined) this.#rest = this.#rest.slice(found[0].length)
    return found
  }

  fail(wanted: string): never {
    throw new SyntaxError(`wanted ${wanted} at ${JSON.stringify(this.#rest)}`)
  }
}

function readBareItem(text: Text): BareItem {
  const number = text.take(integer)
  if (number !== undefined) return Number(number[0])
  const quoted = text.take(string)
  if (quoted !== undefined) return (quoted[1] ?? '').replace(/\\(.)/g, '$1')
  const flag = text.take(/^\?([01])/)
  return flag === undefined ? text.fail('an Integer, a String or a Boolean') : flag[1] === '1'
}

function readItem(text: Text): Item {
  const value = readBareItem(text)
  const parameters = new Map<string, BareItem>()
  while (text.take(/^; */)) {
    const [name] = text.take(key) ?? text.fail('a key')
    // Section 4.2.3.2 lets the last one win; nobody who writes a field means to say it twice.
    if (parameters.has(name)) text.fail(`${name} once`)
    parameters.set(name, text.take(/^=/) === undefined ? true : readBareItem(text))
  }
  return { value, parameters }
}

/** A List of Items (section 4.2.1). A SyntaxError where the field is none. */
export function readList(field: string): Item[] {
  const text = new Text(field.replace(/^ +| +$/g, ''))
  const items: Item[] = []
  while (!text.ended) {
    items.push(readItem(text))
    if (text.ended) break
    if (text.take(/^[ \t]*,[ \t]*/) === undefined) text.fail('a comma')
    if (text.ended) text.fail('an item after the comma')
  }
  return items
}
