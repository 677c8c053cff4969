/** An XPath that can't be read (XPath 1.0), or that isn't used here. The message is for who wrote it. */
export class BadXPath extends Error {
  override readonly name = 'BadXPath'
}

/** The prefixes that settings declare, with their namespaces. */
export type Namespaces = Readonly<Record<string, string>>

const ncName = '[\\p{L}_][\\p{L}\\p{N}\\p{M}._·-]*'
/** XPath 1.0 section 3.7: names with their prefixes, literals, numbers, and signs. */
const lexeme = new RegExp(
  `\\s*(?:(?<name>${ncName}(?::(?:${ncName}|\\*))?)|(?<literal>"[^"]*"|'[^']*')|(?<number>\\d+(?:\\.\\d+)?)|(?<sign>//|[<>!]?=|::|\\S))`,
  'uy',
)

/** What a path leads to. */
type Target = 'elements' | 'attributes' | 'texts'

interface Token {
  readonly kind: 'name' | 'literal' | 'number' | 'sign'
  readonly text: string
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  for (let at = 0; at < end; at = lexeme.lastIndex) {
    lexeme.lastIndex = at
    const { name, literal, number, sign } = lexeme.exec(text)?.groups ?? {}
    if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (literal !== undefined) tokens.push({ kind: 'literal', text: literal })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

const example = 'needs an XPath such as //patient/history, /order/@id or //item[kind = "x"]/note/text()'

/**
 * Reads the paths of XPath 1.0 that libxml2 follows in about linear time, whatever the document: steps to children and attributes, with
 * conditions that look no further than what is below. Throws BadXPath.
 */
class Reader {
  readonly #tokens: readonly Token[]
  readonly #namespaces: Namespaces
  #at = 0

  constructor(text: string, namespaces: Namespaces) {
    this.#tokens = tokensOf(text)
    this.#namespaces = namespaces
  }

  /** A path from the root of the document, and what it leads to. */
  fromRoot(): Target {
    if (!this.#takes('//') && !this.#takes('/')) throw new BadXPath(example)
    const target = this.#steps()
    this.#end()
    return target
  }

  /** A path from an element: `.`, `./name`, `./@name`. */
  fromRecord(): void {
    if (!this.#takes('.')) throw new BadXPath('needs an XPath such as ./doctor or ./@doctor')
    if (this.#takes('/')) this.#steps()
    this.#end()
  }

  #steps(): Target {
    let target = this.#step()
    while (target === 'elements' && this.#takes('/')) target = this.#step()
    if (this.#takes('//'))
      throw new BadXPath('// stands at the beginning only: elsewhere it would not run in linear time')
    return target
  }

  #step(): Target {
    if (this.#takes('@')) {
      this.#name()
      return 'attributes'
    }
    const isText = this.#name() === 'text' && this.#takes('(')
    if (isText) this.#needs(')')
    while (this.#takes('[')) {
      this.#condition()
      this.#needs(']')
    }
    return isText ? 'texts' : 'elements'
  }

  #name(): string {
    if (this.#takes('*')) return '*'
    const { kind, text } = this.#next()
    if (kind !== 'name') throw new BadXPath(text === '.' ? 'a step up, or to itself, is not used here' : example)
    if (this.#peek()?.text === '::') throw new BadXPath('axes are not used here: write names and @names')
    const [prefix, local] = text.split(':')
    if (local !== undefined && prefix !== 'xml' && !Object.hasOwn(this.#namespaces, prefix ?? ''))
      throw new BadXPath(`the prefix ${prefix} is not declared in namespaces`)
    return text
  }

  #condition(): void {
    if (this.#peek()?.kind === 'number' && this.#peek(1)?.text === ']') this.#next()
    else this.#any()
  }

  #any(): void {
    do {
      this.#test()
      while (this.#takes('and')) this.#test()
    } while (this.#takes('or'))
  }

  #test(): void {
    if (this.#peek()?.text === 'not' && this.#peek(1)?.text === '(') {
      this.#next()
      this.#inBrackets()
    } else if (this.#peek()?.text === '(') this.#inBrackets()
    else this.#comparison()
  }

  #inBrackets(): void {
    this.#needs('(')
    this.#any()
    this.#needs(')')
  }

  /** Two paths would be compared each with each. */
  #comparison(): void {
    if (!this.#takes('.')) this.#below()
    if (this.#takes('!=')) throw new BadXPath('!= copies every text that it looks at: write not(… = …)')
    if (!['=', '<', '<=', '>', '>='].includes(this.#peek()?.text ?? '') || this.#peek()?.kind !== 'sign') return
    this.#next()
    const { kind } = this.#next()
    if (kind !== 'literal' && kind !== 'number')
      throw new BadXPath('what is compared with needs to be a "text" or a number')
  }

  /** Names below, without conditions of their own. */
  #below(): void {
    for (;;) {
      if (this.#takes('@')) {
        this.#name()
        return
      }
      const name = this.#name()
      if (this.#takes('(')) {
        if (name !== 'text') throw new BadXPath(`functions such as ${name}() are not used here, but for not()`)
        this.#needs(')')
        return
      }
      if (!this.#takes('/')) return
    }
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead]
  }

  #next(): Token {
    const token = this.#peek()
    if (token === undefined) throw new BadXPath(example)
    this.#at += 1
    return token
  }

  #takes(text: string): boolean {
    const token = this.#peek()
    if (token?.text !== text || token.kind === 'literal') return false
    this.#at += 1
    return true
  }

  #needs(text: string): void {
    if (!this.#takes(text)) throw new BadXPath(this.#peek()?.text === '(' ? 'functions are not used here' : example)
  }

  #end(): void {
    const token = this.#peek()
    if (token === undefined) return
    if (token.text === '|') throw new BadXPath('| is not used here: write another entry')
    throw new BadXPath(token.text === '(' ? 'functions are not used here, but for text() and not()' : example)
  }
}

/** Checks a path from the root of a document, and tells what it leads to. Throws BadXPath. */
export const requireXPath = (text: string, namespaces: Namespaces): Target => new Reader(text, namespaces).fromRoot()

/** Checks a path from an element (`./name`). Throws BadXPath. */
export const requireRecordXPath = (text: string, namespaces: Namespaces): void =>
  new Reader(text, namespaces).fromRecord()
