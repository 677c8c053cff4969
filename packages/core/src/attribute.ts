/** What a claim of a caller may hold: `number` is an integer within ±(2^53 - 1), `texts` a list. */
export const attributeTypes = ['text', 'number', 'boolean', 'texts'] as const
export type AttributeType = (typeof attributeTypes)[number]

/** A claim of a caller as its type has it. */
export type Attribute = string | number | boolean | readonly string[]

const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed()
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isTruth = (value: unknown): value is boolean => typeof value === 'boolean'

const readers: Readonly<Record<AttributeType, (value: unknown) => value is Attribute>> = {
  text: isText,
  number: isWhole,
  boolean: isTruth,
  texts: isTexts,
}

/** A value as a type has it; undefined where it is of another: half characters, fractions and null are of none. */
export const attributeOf = (type: AttributeType, value: unknown): Attribute | undefined =>
  readers[type](value) ? value : undefined
