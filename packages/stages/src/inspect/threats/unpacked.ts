const shortest = 8
const notBase64 = /[^A-Za-z0-9+/_=-]/
const padding = /=[^=]|===/
const notPrintable = /[^\t\n\r -~]/

/** The text behind a value that is base64 of printable ASCII and nothing else; undefined if it is none. */
export function unpacked(value: string): string | undefined {
  if (value.length < shortest || value.length % 4 === 1) return undefined
  if (notBase64.test(value) || padding.test(value)) return undefined
  const text = Buffer.from(value, 'base64').toString('latin1')
  return notPrintable.test(text) ? undefined : text
}
