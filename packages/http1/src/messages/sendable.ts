/** Whatever is no single byte, or no character of a line: nothing of it may stand in a header section. */
const unsendable = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)/

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/**
 * Holds a header section to the lines that it was made of. Throws TypeError where a value would break out of its line; what came
 * in messages has been read by a parser that refuses that already.
 */
export function requireSendable(section: string, lines: number): void {
  if (unsendable.test(section) || linesIn(section) !== lines) {
    throw new TypeError('the first line or a header field holds a character that cannot be sent')
  }
}
