import { Units } from './units.ts'

/** What characters of Unicode are read as by software that maps them to ASCII ("best fit"). */
const fits = new Map<number, number>([
  [0x3002, 0x2e],
  [0x2024, 0x2e],
  [0xff61, 0x2e],
  [0x2215, 0x2f],
  [0x2044, 0x2f],
  [0x2216, 0x5c],
  [0x2018, 0x27],
  [0x2019, 0x27],
  [0x02bc, 0x27],
  [0x00b4, 0x27],
  [0x2032, 0x27],
  [0x201c, 0x22],
  [0x201d, 0x22],
  [0x02ba, 0x22],
  [0x3008, 0x3c],
  [0x2329, 0x3c],
  [0x2039, 0x3c],
  [0x3009, 0x3e],
  [0x232a, 0x3e],
  [0x203a, 0x3e],
  [0x037e, 0x3b],
])
const space = 0x20

/** What each of the first 256 characters is read as; 0 leaves it out. */
const plain = Uint8Array.from({ length: 256 }, (_, unit) => unit)
for (let unit = 0x41; unit <= 0x5a; unit++) plain[unit] = unit + 0x20
for (const unit of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x85, 0xa0]) plain[unit] = space
plain[0xb4] = 0x27

function wide(unit: number): number {
  if (unit > 0x3009 && unit < 0xfeff && unit !== 0xff61) return unit
  if (unit >= 0xff01 && unit <= 0xff5e) return plain[unit - 0xfee0] ?? 0
  if (unit >= 0x2000 && unit <= 0x200a) return space
  if (unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000) return space
  if (unit === 0xfeff || (unit >= 0x200b && unit <= 0x200f)) return 0
  if (unit >= 0x24b6 && unit <= 0x24e9) return 0x61 + ((unit - 0x24b6) % 26)
  return fits.get(unit) ?? unit
}

const changes = /[^ -~]| {2}/

/**
 * A text as the patterns read it: in lower case, each run of white space one space, characters that stand for ASCII ones
 * (full width, curly quotes) as those, NUL and invisible ones left out.
 */
export function normal(text: string): string {
  if (!changes.test(text)) return text.toLowerCase()
  const units = new Units(text.length)
  let last = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const read = unit < 256 ? (plain[unit] ?? 0) : wide(unit)
    if (read === 0 || (read === space && last === space)) continue
    last = read
    units.add(read)
  }
  return units.text()
}
