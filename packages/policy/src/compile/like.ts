/** The literal texts of a pattern, between which anything may stand. */
export type LikePattern = readonly string[]

/** Whether a text is what a pattern asks for. Takes the first place that fits for each part: later ones leave less for those behind. */
export function isLike(text: string, pattern: LikePattern): boolean {
  const [first = ''] = pattern
  if (pattern.length < 2) return text === first
  const last = pattern.at(-1) ?? ''
  const end = text.length - last.length
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of pattern.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
