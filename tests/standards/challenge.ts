/** One challenge of a WWW-Authenticate field (RFC 9110 section 11.6.1). */
export interface Challenge {
  readonly scheme: string
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
/** RFC 9110 section 5.6.4: quoted-pairs of what may be quoted, and no control character but tab. */
const quotedString = /"((?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*)"/y

/** Reads text from left to right, by pieces that must be there. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get ended(): boolean {
    return this.#at === this.#text.length
  }

  /** What a sticky pattern matches here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at = pattern.lastIndex
    return found ?? undefined
  }

  need(pattern: RegExp): RegExpExecArray {
    const found = this.take(pattern)
    if (found === undefined) throw new SyntaxError(`at ${this.#at} of ${this.#text}: wanted ${pattern.source}`)
    return found
  }
}

function readParameter(reader: Reader, parameters: Map<string, string>, name: string): void {
  if (parameters.has(name)) throw new SyntaxError(`parameter ${name} stands twice`)
  const quoted = reader.take(quotedString)?.[1]
  parameters.set(name, quoted === undefined ? reader.need(token)[0] : quoted.replace(/\\(.)/g, '$1'))
}

/** Reads challenges strictly; a SyntaxError where the field is not well-formed or repeats a parameter. */
export function readChallenges(field: string): Challenge[] {
  const reader = new Reader(field)
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  while (!reader.ended) {
    const [name] = reader.need(token)
    const current = challenges.at(-1)
    if (current !== undefined && reader.take(/=/y)) readParameter(reader, current.parameters, name.toLowerCase())
    else {
      const parameters = new Map<string, string>()
      challenges.push({ scheme: name, parameters })
      if (reader.take(/ +/y)) {
        const [first] = reader.need(token)
        reader.need(/=/y)
        readParameter(reader, parameters, first.toLowerCase())
      }
    }
    if (!reader.ended) reader.need(/[ \t]*,[ \t]*/y)
  }
  return challenges
}
