import { _ } from 'ajv'
import type { Ajv2020, CodeKeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js'

/** A value for which a schema follows more references than anybody waits for. */
export class TooIntricate extends Error {
  override readonly name = 'TooIntricate'
}

function partsOf(value: unknown): number {
  const open = [value]
  let parts = 0
  for (; open.length > 0; parts++) {
    const next = open.pop()
    if (typeof next === 'object' && next !== null) for (const inner of Object.values(next)) open.push(inner)
  }
  return parts
}

/**
 * The references that are followed for one value. Where a schema leads back to itself in several of its alternatives, every level of a
 * value multiplies them.
 */
class Followed {
  #left: number
  readonly #further: () => number
  #isLast = false

  /** `further` may be followed after the first so many. */
  constructor(first: number, further: () => number) {
    this.#left = first
    this.#further = further
  }

  follow(): void {
    if (--this.#left >= 0) return
    if (!this.#isLast) this.#left = this.#further() - 1
    this.#isLast = true
    if (this.#left < 0) throw new TooIntricate('more references are followed than for other values')
  }
}

const keywords = ['$ref', '$dynamicRef'] as const

/** Has the schemas of a compiler, made with `passContext`, count what they follow: `isFit` runs them. */
export function countingReferences(ajv: Ajv2020): Ajv2020 {
  for (const keyword of keywords) {
    const definition = ajv.getKeyword(keyword)
    if (typeof definition !== 'object' || !('code' in definition)) throw new TypeError(`there is no ${keyword}`)
    const counted: CodeKeywordDefinition = {
      ...definition,
      keyword,
      code(context, type) {
        context.gen.code(_`this.follow()`)
        definition.code(context, type)
      },
    }
    ajv.removeKeyword(keyword).addKeyword(counted)
  }
  return ajv
}

/** References that are followed for any value, beyond them for each of its parts, and where everything that is wrong is looked for. */
const usual = 100_000
const eachPart = 64
const thorough = 20_000

type Fits = (validate: ValidateFunction, value: unknown) => boolean

/** Whether a schema takes a value. Throws TooIntricate. */
export const isFit: Fits = (validate, value) =>
  validate.call(new Followed(usual, () => partsOf(value) * eachPart), value) === true

/** The same of a schema that goes on after a fault, and finds many more alternatives to follow. */
export const isFitThroughout: Fits = (validate, value) => validate.call(new Followed(thorough, () => 0), value) === true
