/** Controls, and what turns writing direction or hides: a terminal or reader would obey them (CWE-150, CVE-2021-42574). */
const obeyed = /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** Text that came from elsewhere, as a terminal may show it on one line. What it would obey shows as `\u{1b}`. */
export function printable(text: string): string {
  return text.toWellFormed().replace(obeyed, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
