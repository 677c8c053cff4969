import type { Field } from '../fields/json-fields.ts'

/** Values of one request that are encrypted here, or opened: each takes as long as some thousand bytes that are only read. */
export const requestMost = 256

/** A value that is encrypted, and how: `seal` gives the JSON that takes the place of the JSON that it is given. */
export interface Sealed {
  readonly field: Field
  seal(written: string): Promise<string>
}

const isWithin = ({ field: { span } }: Sealed, end: number) => span.end <= end

/**
 * The text with these values encrypted, everything else as it is. Of values that stand within each other the inner ones are encrypted
 * first: who may open an outer one needs the keys of the inner ones too. Of one value twice the first is the outer.
 */
export async function sealedText(text: string, values: readonly Sealed[]): Promise<string> {
  const left = [...values].sort(
    (a, b) => a.field.span.start - b.field.span.start || b.field.span.end - a.field.span.end,
  )
  const part = async (start: number, end: number): Promise<string> => {
    const parts: string[] = []
    let from = start
    for (let next = left[0]; next !== undefined && isWithin(next, end); next = left[0]) {
      left.shift()
      const { span } = next.field
      parts.push(text.slice(from, span.start), await next.seal(await part(span.start, span.end)))
      from = span.end
    }
    return parts.join('') + text.slice(from, end)
  }
  return part(0, text.length)
}
