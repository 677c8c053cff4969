import type { Json } from './json.ts'

/** The members in the order of their names' UTF-16 code units, which is also what `sort` does unless told (RFC 8785 section 3.2.3). */
const membersOf = (object: Readonly<Record<string, Json>>) =>
  Object.keys(object)
    .sort()
    .map(name => `${JSON.stringify(name)}:${canonicalJson(object[name] ?? null)}`)

/**
 * The one canonical text of a JSON value (RFC 8785). ECMAScript writes numbers and strings as it wants them. The value must come from
 * `readJson`, which lets no lone surrogate pass and bounds how deep it is.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) return `{${membersOf(value).join(',')}}`
  return JSON.stringify(value)
}

const numberParts = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** The digits of a number without zeros at their ends, and the power of ten of the last one; zero has no digits. */
function decimalOf(text: string): { readonly digits: string; readonly exponent: number } {
  const [, whole = '', fraction = '', exponent = '0'] = numberParts.exec(text) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  // Zeros at the end are counted from behind: a pattern for them would try every run of zeros in between.
  let end = all.length
  while (all[end - 1] === '0') end--
  if (end === 0) return { digits: '', exponent: 0 }
  return { digits: all.slice(0, end), exponent: Number(exponent) - fraction.length + all.length - end }
}

/** Whether a number of JSON is written canonically as the same number: past 17 digits many are not (RFC 8785 section 3.2.2.3). */
export function isExactNumber(text: string): boolean {
  const [sent, kept] = [decimalOf(text), decimalOf(JSON.stringify(Number(text)))]
  return sent.digits === kept.digits && sent.exponent === kept.exponent
}
