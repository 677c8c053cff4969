/** What stands in place of a stretch of a text. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** A text with stretches of it replaced. What lies within one that is replaced goes with it. */
export function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = []
  let done = 0
  for (const edit of [...edits].sort((one, other) => one.from - other.from || other.to - one.to)) {
    if (edit.from < done) continue
    pieces.push(text.slice(done, edit.from), edit.text)
    done = edit.to
  }
  return pieces.join('') + text.slice(done)
}
