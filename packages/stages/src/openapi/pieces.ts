/** Why a text stands for no value. The message is for who sent it. */
export class Misread extends Error {
  override readonly name = 'Misread'
}

/** A text of a query or form without its coding (WHATWG URL section 5.1). Throws Misread where the coding is broken. */
export function formDecoded(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    throw new Misread('is not encoded as UTF-8 in percent')
  }
}

/** One of a name, or none. Throws Misread where there are several: a backend might take another one of them. */
export function only<Value>(values: readonly Value[]): Value | undefined {
  if (values.length > 1) throw new Misread('stands more than once')
  return values[0]
}

/** Whether many servers would take a name for another spelling of one of these: `a[]` and `a[b]` for values of `a`. */
export function isOtherSpelling(name: string, names: { has(name: string): boolean }): boolean {
  const bracket = name.indexOf('[')
  return bracket > 0 && !names.has(name) && names.has(name.slice(0, bracket))
}

/** Throws Misread where one of them is another spelling of a known one. */
export function requireOneSpelling(written: readonly string[], known: { has(name: string): boolean }): void {
  const other = written.find(name => isOtherSpelling(name, known))
  if (other !== undefined) throw new Misread(`holds ${other.slice(0, 100)}, another spelling of a known name`)
}

/** Texts by name, coded as they came, and which of them somebody has read. */
export class Pieces {
  readonly #all = new Map<string, string[]>()
  readonly #read = new Set<string>()

  constructor(pieces: readonly (readonly [name: string, value: string])[]) {
    for (const [name, value] of pieces) {
      const values = this.#all.get(name)
      if (values === undefined) this.#all.set(name, [value])
      else values.push(value)
    }
  }

  take(name: string): readonly string[] {
    this.#read.add(name)
    return this.#all.get(name) ?? []
  }

  /** What stands under `name[…]`, by what stands between the brackets. */
  takeBelow(name: string): ReadonlyMap<string, readonly string[]> {
    const start = `${name}[`
    const found = [...this.#all].filter(([key]) => key.startsWith(start) && key.endsWith(']'))
    for (const [key] of found) this.#read.add(key)
    const below = found.map(([key, values]) => [key.slice(start.length, -1), values] as const)
    if (below.some(([member]) => /[[\]]/.test(member))) throw new Misread('holds a member within a member')
    return new Map(below)
  }

  /** Names that nobody has read. */
  left(): string[] {
    return [...this.#all.keys()].filter(name => !this.#read.has(name))
  }
}

/** So many may stand in one query or form. */
const piecesMax = 10_000

/** The pieces of a query or form: names decoded, values as they came. Throws Misread. */
export function formPieces(text: string): Pieces {
  const pieces = text.split('&', piecesMax + 1).filter(piece => piece !== '')
  if (pieces.length > piecesMax) throw new Misread(`has more than ${piecesMax} parts`)
  return new Pieces(
    pieces.map(piece => {
      const sign = piece.indexOf('=')
      return sign < 0 ? [formDecoded(piece), ''] : [formDecoded(piece.slice(0, sign)), piece.slice(sign + 1)]
    }),
  )
}

/** The pieces of Cookie fields (RFC 6265 section 5.4). */
export function cookiePieces(fields: readonly string[]): Pieces {
  const pairs = fields.join(';').split(';')
  return new Pieces(
    pairs.flatMap(pair => {
      const sign = pair.indexOf('=')
      return sign < 0 ? [] : [[pair.slice(0, sign).trim(), pair.slice(sign + 1).trim()] as const]
    }),
  )
}
